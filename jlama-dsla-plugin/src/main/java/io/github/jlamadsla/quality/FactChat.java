package io.github.jlamadsla.quality;

import java.util.Arrays;
import java.util.List;

/**
 * A chat about hidden facts with its right answers.
 *
 * @param set name of the set it belongs to
 * @param tokens the whole chat, answers included
 * @param answers where the answers stand, in order; at least one
 */
public record FactChat(String set, int[] tokens, List<Answer> answers) {

    /**
     * Where an answer stands.
     *
     * @param from index of its first token, 1 or more
     * @param to index behind its last, which is the end token
     */
    public record Answer(int from, int to) {}

    public FactChat {
        answers = List.copyOf(answers);
        for (Answer answer : answers) {
            if (answer.from < 1 || answer.to <= answer.from || answer.to > tokens.length) {
                throw new IllegalArgumentException("answer from " + answer.from + " to " + answer.to
                        + "; allowed: a part of " + tokens.length + " tokens, not from the first");
            }
        }
        if (answers.isEmpty()) {
            throw new IllegalArgumentException("a chat without an answer; allowed: at least one");
        }
    }

    /** Tokens that must be read to score all answers. */
    int needed() {
        return answers.getLast().to;
    }

    /** Tokens before an answer. */
    int[] before(Answer answer) {
        return Arrays.copyOf(tokens, answer.from);
    }

    /** Tokens of an answer without its end. */
    int[] text(Answer answer) {
        return Arrays.copyOfRange(tokens, answer.from, answer.to - 1);
    }

    int endToken() {
        return tokens[answers.getLast().to - 1];
    }
}
