package io.github.jlamadsla.examples.chat;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.examples.UsageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LevelChoiceTest {
    private static final LayerOrder ORDER = new LayerOrder(List.of(2, 0, 1), false);
    private static final LayerOrder ONLY_TOP = new LayerOrder(List.of(0, 1), true);

    @Test
    void isAutoOrALevelOfTheModel() {
        assertThat(LevelChoice.parse("auto").pinned()).isEqualTo(GenerationRequest.UNPINNED);
        assertThat(LevelChoice.parse("3")).isEqualTo(new LevelChoice(3)).hasToString("3");
        LevelChoice.AUTO.check(ONLY_TOP);
        new LevelChoice(0).check(ORDER);
        new LevelChoice(3).check(ORDER);
        assertThatThrownBy(() -> new LevelChoice(4).check(ORDER)).isInstanceOf(UsageException.class)
                .hasMessage("level is 4; allowed: auto or 0 to 3");
        assertThatThrownBy(() -> new LevelChoice(1).check(ONLY_TOP)).hasMessage("level is 1; allowed: auto or 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "1.5", "1 2", "9999999", "AUTO"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> LevelChoice.parse(text)).isInstanceOf(UsageException.class)
                .hasMessage("level is " + text + "; allowed: auto or a number from 0");
    }
}
