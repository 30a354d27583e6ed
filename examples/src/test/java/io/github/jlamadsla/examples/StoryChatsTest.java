package io.github.jlamadsla.examples;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.text.ChatTurn.Role;

import static org.assertj.core.api.Assertions.assertThat;

class StoryChatsTest {
    /** Words stand in for tokens. */
    private final StoryChats chats = new StoryChats(text -> text.split("\\s+").length);

    @Test
    void chatsOfAnyLengthHideTheAnswerInTheText() {
        for (int tokens : new int[]{1, 100, 250, 299, 300, 799, 800, 3_000}) {
            for (long seed = 0; seed < 10; seed++) {
                StoryChat chat = chats.chat(seed, tokens);
                String text = chat.turns().getFirst().text();
                int words = text.split("\\s+").length;
                assertThat(words).isLessThanOrEqualTo(Math.max(tokens, 110) + 20);
                assertThat(chat.turns()).hasSize(3).last().matches(turn -> turn.role() == Role.USER);
                String key = chat.answer().replace("In the ", "").replace(".", "").toLowerCase();
                assertThat(text.toLowerCase()).contains(key);
                assertThat(chats.chat(seed, tokens)).isEqualTo(chat);
            }
        }
    }

    @Test
    void theFirstSentenceIsTheAnswer() {
        StoryChat chat = new StoryChat(chats.chat(1, 1).turns(), "In the kitchen.");

        assertThat(chat.isRight("In the kitchen.")).isTrue();
        assertThat(chat.isRight(" in the kitchen. And then she left")).isTrue();
        assertThat(chat.isRight("In the kitchen and the hall.")).isFalse();
        assertThat(chat.isRight("In the hall. In the kitchen.")).isFalse();
        assertThat(chat.isRight("")).isFalse();
    }
}
