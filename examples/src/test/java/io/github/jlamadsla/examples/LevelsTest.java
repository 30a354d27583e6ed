package io.github.jlamadsla.examples;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.checkpoint.LayerOrder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LevelsTest {
    private static final LayerOrder SIX = new LayerOrder(List.of(1, 5, 3, 2, 0, 4), false);
    private static final LayerOrder ONLY_TWO = new LayerOrder(List.of(1, 0), true);

    @Test
    void withoutAWishTheUsualOnesThatTheModelHas() {
        assertThat(Levels.of(List.of(), SIX)).containsExactly(0, 2, 4, 6);
        assertThat(Levels.of(List.of(), new LayerOrder(List.of(1, 0, 2), false))).containsExactly(0, 2);
        assertThat(Levels.of(List.of(), new LayerOrder(List.of(), false))).containsExactly(0);
        assertThat(Levels.of(List.of(), ONLY_TWO)).containsExactly(2);
        assertThat(Levels.of(List.of(), new LayerOrder(List.of(1, 0, 2), true))).containsExactly(3);
    }

    @Test
    void aWishIsSortedAndEachLevelTakenOnce() {
        assertThat(Levels.of(List.of(5, 1, 5), SIX)).containsExactly(1, 5);
    }

    @Test
    void aLevelTheModelDoesNotHaveIsNamed() {
        assertThatThrownBy(() -> Levels.of(List.of(2, 7), SIX)).isInstanceOf(UsageException.class)
                .hasMessage("--level is 7; allowed: 0 to 6");
        assertThatThrownBy(() -> Levels.of(List.of(-1), SIX)).hasMessage("--level is -1; allowed: 0 to 6");
        assertThatThrownBy(() -> Levels.of(List.of(0), ONLY_TWO)).hasMessage("--level is 0; allowed: 2");
    }
}
