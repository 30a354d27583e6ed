package io.github.jlamadsla.examples;

import java.util.List;

import io.github.jlamadsla.text.ChatTurn;

/**
 * A chat about a text with hidden facts, whose answer can be judged.
 *
 * @param turns up to the question that counts; user and assistant in turn, the user first and last
 * @param answer the right answer, one sentence
 */
public record StoryChat(List<ChatTurn> turns, String answer) {
    public StoryChat {
        turns = List.copyOf(turns);
    }

    /**
     * Whether what was said begins with the right answer: its first sentence is judged, so that a model that was made
     * to write on is not taken at its later words.
     */
    public boolean isRight(String said) {
        String begin = said.strip();
        int end = begin.indexOf('.');
        return Judge.isRight(answer, end < 0 ? begin : begin.substring(0, end));
    }
}
