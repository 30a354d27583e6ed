package io.github.jlamadsla.engine;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Two layers: a page of 64 positions is 10 bytes, the states of a converted layer are 3. */
class FootprintTest {
    private static final SequenceBytes BYTES = (tokens, level) -> 10L * ((tokens + 63) / 64) * (2 - level) + 3L * level;

    private static long most(LevelRule rule) {
        return Footprint.most(BYTES, 60, 200, rule);
    }

    @Test
    void aConstantLevelNeedsItsLastPage() {
        assertThat(most(_ -> 0)).isEqualTo(80);
        assertThat(most(_ -> 1)).isEqualTo(43);
        assertThat(most(_ -> 2)).isEqualTo(6);
    }

    @Test
    void oneThatRisesNeedsStatesBesideItsPagesMeanwhile() {
        assertThat(most(length -> length < 100 ? 0 : 1)).isEqualTo(43 + 3);
        assertThat(most(length -> length < 192 ? 0 : 2)).isEqualTo(40 + 3);
    }

    @Test
    void whereTheBoundFallsTheLowerLevelCounts() {
        assertThat(most(length -> length < 100 ? 2 : 0)).isEqualTo(80);
        assertThat(most(length -> length < 100 ? 1 : length < 150 ? 2 : 1)).isEqualTo(43 + 3);
    }
}
