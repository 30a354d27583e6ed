package io.github.jlamadsla.sampling;

/**
 * Penalties for tokens that were there before. Cost per row is that of the distinct tokens seen, whatever the
 * vocabulary.
 */
final class Penalties {
    private final double repetition;
    private final double frequency;
    private final double presence;
    private final TokenCounts seen = new TokenCounts(); // occurrences in the output; tokens of the prompt alone have 0

    /** @param promptTokens read only when repetition is penalised, the other penalties do not look at the prompt */
    Penalties(SamplingParameters parameters, int[] promptTokens) {
        this.repetition = parameters.repetitionPenalty();
        this.frequency = parameters.frequencyPenalty();
        this.presence = parameters.presencePenalty();
        if (repetition != 1) {
            for (int i = 0; i < promptTokens.length; i++) {
                if (promptTokens[i] < 0) {
                    throw new IllegalArgumentException(
                            "promptTokens[" + i + "] is " + promptTokens[i] + "; allowed: 0 or more");
                }
                seen.add(promptTokens[i], 0);
            }
        }
    }

    static boolean usedBy(SamplingParameters parameters) {
        return parameters.repetitionPenalty() != 1 || parameters.frequencyPenalty() != 0
                || parameters.presencePenalty() != 0;
    }

    /** @throws IllegalArgumentException if a token seen is not in the row */
    void apply(float[] logits, int offset, int count) {
        for (int place = 0; place < seen.size(); place++) {
            int token = seen.token(place);
            if (token >= count) {
                throw new IllegalArgumentException(
                        "token " + token + " came before; allowed: 0 to " + (count - 1) + ", the vocabulary");
            }
            int index = offset + token;
            double logit = logits[index];
            logit = logit > 0 ? logit / repetition : logit * repetition;
            int occurrences = seen.count(place);
            if (occurrences > 0) {
                logit -= occurrences * frequency + presence;
            }
            logits[index] = (float) logit;
        }
    }

    void accept(int token) {
        if (token < 0) {
            throw new IllegalArgumentException("token is " + token + "; allowed: 0 or more");
        }
        seen.add(token, 1);
    }
}
