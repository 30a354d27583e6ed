package io.github.jlamadsla.sampling;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How a token is drawn from logits. Immutable; see {@link #builder()}. {@link Sampler} says in which order these apply.
 * A value out of range is an {@link IllegalArgumentException} that names it and what is allowed.
 *
 * @param temperature 0 (greedy) to 100; logits are divided by it
 * @param topK draw among the k likeliest; 0 for all
 * @param topP draw among the likeliest whose shares add up to p; above 0, at most 1 (off)
 * @param minP drop tokens whose share is below p times that of the likeliest; 0 (off) to 1
 * @param repetitionPenalty logits of tokens of prompt and output are divided by it if positive, else multiplied; above
 *        0, at most 100, 1 is off
 * @param frequencyPenalty taken from a token's logit for each time it is in the output; -2 to 2, 0 is off
 * @param presencePenalty taken from the logit of each token that is in the output; -2 to 2, 0 is off
 * @param logitBias token to what is added to its logit: -100 to 100, or minus infinity, which forbids the token;
 *        iterates in the order of the tokens
 * @param seed of the random numbers: same seed, same logits, same tokens
 */
public record SamplingParameters(double temperature, int topK, double topP, double minP, double repetitionPenalty,
        double frequencyPenalty, double presencePenalty, Map<Integer, Float> logitBias, long seed) {

    /** The likeliest token, always. */
    public static final SamplingParameters GREEDY = new SamplingParameters(0, 0, 1, 0);

    private static final int MOST_TEMPERATURE = 100;
    private static final int MOST_REPETITION = 100;
    private static final int MOST_PENALTY = 2;
    private static final int MOST_BIAS = 100;

    public SamplingParameters {
        checkTemperature(temperature);
        checkTopK(topK);
        checkTopP(topP);
        checkMinP(minP);
        checkRepetition(repetitionPenalty);
        checkPenalty("frequencyPenalty", frequencyPenalty);
        checkPenalty("presencePenalty", presencePenalty);
        logitBias = checked(logitBias);
    }

    /** Without min-p, penalties and biases. */
    public SamplingParameters(double temperature, int topK, double topP, long seed) {
        this(temperature, topK, topP, 0, 1, 0, 0, Map.of(), seed);
    }

    /**
     * Checks what only the model can tell; the engine asks it when a request is submitted.
     *
     * @param size of the vocabulary
     * @throws IllegalArgumentException if {@code logitBias} names a token outside it
     */
    public void checkVocabulary(int size) {
        if (!logitBias.isEmpty()) {
            new LogitBias(logitBias).checkVocabulary(size);
        }
    }

    /** Greedy, with all else off, unless set otherwise. */
    public static Builder builder() {
        return GREEDY.toBuilder();
    }

    /** A builder that starts from these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Each setter refuses what the record would refuse. */
    public static final class Builder {
        private double temperature;
        private int topK;
        private double topP;
        private double minP;
        private double repetitionPenalty;
        private double frequencyPenalty;
        private double presencePenalty;
        private Map<Integer, Float> logitBias;
        private long seed;

        private Builder(SamplingParameters from) {
            this.temperature = from.temperature;
            this.topK = from.topK;
            this.topP = from.topP;
            this.minP = from.minP;
            this.repetitionPenalty = from.repetitionPenalty;
            this.frequencyPenalty = from.frequencyPenalty;
            this.presencePenalty = from.presencePenalty;
            this.logitBias = from.logitBias;
            this.seed = from.seed;
        }

        public Builder temperature(double value) {
            this.temperature = checkTemperature(value);
            return this;
        }

        public Builder topK(int value) {
            this.topK = checkTopK(value);
            return this;
        }

        public Builder topP(double value) {
            this.topP = checkTopP(value);
            return this;
        }

        public Builder minP(double value) {
            this.minP = checkMinP(value);
            return this;
        }

        public Builder repetitionPenalty(double value) {
            this.repetitionPenalty = checkRepetition(value);
            return this;
        }

        public Builder frequencyPenalty(double value) {
            this.frequencyPenalty = checkPenalty("frequencyPenalty", value);
            return this;
        }

        public Builder presencePenalty(double value) {
            this.presencePenalty = checkPenalty("presencePenalty", value);
            return this;
        }

        /** Replaces all biases; the map is copied. */
        public Builder logitBias(Map<Integer, Float> biases) {
            this.logitBias = checked(biases);
            return this;
        }

        public Builder seed(long value) {
            this.seed = value;
            return this;
        }

        public SamplingParameters build() {
            return new SamplingParameters(temperature, topK, topP, minP, repetitionPenalty, frequencyPenalty,
                    presencePenalty, logitBias, seed);
        }
    }

    // The conditions are written so that NaN fails them.

    private static double checkTemperature(double value) {
        return allowed(value >= 0 && value <= MOST_TEMPERATURE, "temperature", value, "0 to " + MOST_TEMPERATURE);
    }

    private static int checkTopK(int value) {
        if (value < 0) {
            throw new IllegalArgumentException("topK is " + value + "; allowed: 0 (off) or more");
        }
        return value;
    }

    private static double checkTopP(double value) {
        return allowed(value > 0 && value <= 1, "topP", value, "above 0, at most 1");
    }

    private static double checkMinP(double value) {
        return allowed(value >= 0 && value <= 1, "minP", value, "0 (off) to 1");
    }

    private static double checkRepetition(double value) {
        return allowed(value > 0 && value <= MOST_REPETITION, "repetitionPenalty", value,
                "above 0, at most " + MOST_REPETITION);
    }

    private static double checkPenalty(String name, double value) {
        return allowed(value >= -MOST_PENALTY && value <= MOST_PENALTY, name, value,
                -MOST_PENALTY + " to " + MOST_PENALTY);
    }

    private static double allowed(boolean condition, String name, double value, String range) {
        if (!condition) {
            throw new IllegalArgumentException(name + " is " + value + "; allowed: " + range);
        }
        return value;
    }

    private static Map<Integer, Float> checked(Map<Integer, Float> biases) {
        Objects.requireNonNull(biases, "logitBias");
        Map<Integer, Float> copy = new TreeMap<>();
        biases.forEach((token, bias) -> {
            if (token == null || token < 0) {
                throw new IllegalArgumentException("logitBias names token " + token + "; allowed: 0 or more");
            }
            if (bias == null
                    || !(bias >= -MOST_BIAS && bias <= MOST_BIAS || bias == Float.NEGATIVE_INFINITY)) {
                throw new IllegalArgumentException("logitBias of token " + token + " is " + bias + "; allowed: "
                        + -MOST_BIAS + " to " + MOST_BIAS + ", or minus infinity to forbid it");
            }
            copy.put(token, bias);
        });
        return Collections.unmodifiableMap(copy);
    }
}
