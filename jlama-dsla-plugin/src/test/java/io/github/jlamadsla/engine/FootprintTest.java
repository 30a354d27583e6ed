package io.github.jlamadsla.engine;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Two layers: a page of 64 positions is 10 bytes, the states of a converted layer are 3. */
class FootprintTest {
    private static final SequenceBytes BYTES = (tokens, level) -> 10L * ((tokens + 63) / 64) * (2 - level) + 3L * level;

    private static long most(LevelRule rule) {
        return Footprint.most(BYTES, 60, 200, rule, IntStream.rangeClosed(1, 1_000));
    }

    @Test
    void aConstantLevelNeedsItsLastPage() {
        assertThat(most(_ -> 0)).isEqualTo(80);
        assertThat(most(_ -> 1)).isEqualTo(43);
        assertThat(most(_ -> 2)).isEqualTo(6);
    }

    @Test
    void oneThatRisesNeedsItsPagesUpToThereAndStatesBesideThem() {
        assertThat(most(length -> length < 100 ? 0 : 1)).isEqualTo(43 + 3);
        assertThat(most(length -> length < 129 ? 0 : 2)).isEqualTo(40 + 3);
        assertThat(most(length -> length < 130 ? 0 : 2)).isEqualTo(60 + 3);
        assertThat(most(length -> length < 200 ? 0 : 2)).isEqualTo(80 + 3);
        assertThat(most(length -> length <= 200 ? 0 : 2)).isEqualTo(80);
    }

    @Test
    void onlyTheBordersAreLookedAt() {
        assertThat(Footprint.most(BYTES, 60, 200, length -> length < 130 ? 0 : 2, IntStream.of(0, 60, 130, 201)))
                .isEqualTo(60 + 3);
    }

    @Test
    void whereTheBoundFallsBothWhoWasRaisedAndWhoWasNotHaveRoom() {
        assertThat(most(length -> length < 100 ? 2 : 0)).isEqualTo(80);
        assertThat(most(length -> length < 100 ? 1 : length < 150 ? 2 : 1)).isEqualTo(43 + 3);
        SequenceBytes largeStates = (tokens, level) -> (tokens + 63) / 64 * (2 - level) + 50L * level;
        assertThat(Footprint.most(largeStates, 60, 200, length -> length < 100 ? 2 : 0, IntStream.of(100)))
                .isEqualTo(100);
    }
}
