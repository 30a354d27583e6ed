package io.github.jlamadsla.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What the reference answers greedily with the real model (golden/smollm2/greedy.json).
 *
 * @param question the user's turn, the only one
 * @param level 0, 7, 15 or 22
 * @param promptIds the chat as tokens
 * @param outputIds the answer, 48 tokens at most; its end token is the last if it came
 * @param margins per output token: first minus second logit, rounded to four digits
 * @param text the answer without its end token
 */
public record GreedyAnswer(String question, int level, @JsonProperty("prompt_ids") int[] promptIds,
        @JsonProperty("output_ids") int[] outputIds, double[] margins, String text) {

    /** All of them. */
    public static List<GreedyAnswer> all() {
        try (InputStream file = GreedyAnswer.class.getResourceAsStream("/golden/smollm2/greedy.json")) {
            return new ObjectMapper().readValue(file, new TypeReference<List<GreedyAnswer>>() {
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return question + " at level " + level;
    }
}
