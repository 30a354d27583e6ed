package io.github.jlamadsla.sampling;

import java.util.Map;

/** What is added to the logits of single tokens. Immutable. */
final class LogitBias {
    private final int[] tokens; // [biases], ascending
    private final float[] biases; // [biases]

    /** @param biases token to bias, in the order of the tokens, at least one */
    LogitBias(Map<Integer, Float> biases) {
        this.tokens = new int[biases.size()];
        this.biases = new float[biases.size()];
        int i = 0;
        for (Map.Entry<Integer, Float> bias : biases.entrySet()) {
            this.tokens[i] = bias.getKey();
            this.biases[i++] = bias.getValue();
        }
    }

    /** @throws IllegalArgumentException if a token is not in a vocabulary of that size */
    void checkVocabulary(int size) {
        int largest = tokens[tokens.length - 1];
        if (largest >= size) {
            throw new IllegalArgumentException(
                    "logitBias names token " + largest + "; allowed: 0 to " + (size - 1) + ", the vocabulary");
        }
    }

    void apply(float[] logits, int offset, int count) {
        checkVocabulary(count);
        for (int i = 0; i < tokens.length; i++) {
            int index = offset + tokens[i];
            // Forbidding is no sum: with a logit of plus infinity it would be NaN.
            logits[index] = biases[i] == Float.NEGATIVE_INFINITY ? biases[i] : logits[index] + biases[i];
        }
    }
}
