package io.github.jlamadsla.examples.chat;

import java.util.List;
import java.util.function.Function;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.text.ChatTurn;

import static org.assertj.core.api.Assertions.assertThat;

class PromptTest {
    /** A token per character. */
    private static final Function<List<ChatTurn>, int[]> ENCODE = turns -> turns.stream()
            .flatMapToInt(turn -> turn.text().chars()).toArray();
    private static final List<Exchange> BEFORE = List.of(new Exchange("aaa", "bb"), new Exchange("cc", "ddd"),
            new Exchange("e", "f"));

    @Test
    void allThatFitsIsKept() {
        Prompt prompt = Prompt.fitting("ss", BEFORE, "qq", ENCODE, 16);
        assertThat(text(prompt)).isEqualTo("ssaaabbccdddefqq");
        assertThat(prompt.dropped()).isZero();
    }

    @Test
    void theOldestGoesFirstAndTheSystemPromptStays() {
        Prompt one = Prompt.fitting("ss", BEFORE, "qq", ENCODE, 15);
        assertThat(text(one)).isEqualTo("ssccdddefqq");
        assertThat(one.dropped()).isEqualTo(1);
        Prompt all = Prompt.fitting("ss", BEFORE, "qq", ENCODE, 5);
        assertThat(text(all)).isEqualTo("ssqq");
        assertThat(all.dropped()).isEqualTo(3);
    }

    @Test
    void aQuestionThatDoesNotFitAloneIsLeftToTheRuntime() {
        Prompt prompt = Prompt.fitting(null, BEFORE, "a long question", ENCODE, 5);
        assertThat(text(prompt)).isEqualTo("a long question");
        assertThat(prompt.dropped()).isEqualTo(3);
    }

    @Test
    void turnsAlternate() {
        assertThat(Prompt.turns("s", BEFORE.subList(0, 1), "q")).containsExactly(ChatTurn.system("s"),
                ChatTurn.user("aaa"), ChatTurn.assistant("bb"), ChatTurn.user("q"));
        assertThat(Prompt.turns(null, List.of(), "q")).containsExactly(ChatTurn.user("q"));
    }

    private static String text(Prompt prompt) {
        return new String(prompt.tokens(), 0, prompt.tokens().length);
    }
}
