package io.github.jlamadsla.examples.evaluate;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.examples.UsageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LevelChoiceTest {

    private static LayerOrder order(int layers, boolean onlyTop) {
        return new LayerOrder(IntStream.range(0, layers).boxed().toList(), onlyTop);
    }

    @Test
    void usuallyNoneAQuarterHalfAndAll() {
        assertThat(LevelChoice.of(List.of(), order(22, false), 30)).containsExactly(0, 7, 15, 22);
        assertThat(LevelChoice.of(List.of(), order(6, false), 8)).containsExactly(0, 2, 4, 6);
        assertThat(LevelChoice.of(List.of(), order(3, false), 8)).containsExactly(0, 2, 3);
        assertThat(LevelChoice.of(List.of(), order(0, false), 8)).containsExactly(0);
        assertThat(LevelChoice.of(List.of(), order(5, true), 8)).containsExactly(5);
    }

    @Test
    void level0IsAlwaysMeasuredWhereThereIsOne() {
        assertThat(LevelChoice.of(List.of(6, 2, 2), order(6, false), 8)).containsExactly(0, 2, 6);
        assertThat(LevelChoice.of(List.of(5), order(5, true), 8)).containsExactly(5);
    }

    @Test
    void levelsThatTheModelDoesNotHaveAreRefused() {
        assertThatThrownBy(() -> LevelChoice.of(List.of(0, 7), order(6, false), 8))
                .isInstanceOf(UsageException.class)
                .hasMessage("--levels has 7; allowed: 0 to 6");
        assertThatThrownBy(() -> LevelChoice.of(List.of(0), order(5, true), 8))
                .hasMessage("--levels has 0; allowed: 5");
    }
}
