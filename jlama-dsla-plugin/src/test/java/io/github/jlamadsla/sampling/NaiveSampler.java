package io.github.jlamadsla.sampling;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The definition of every sampling parameter, in double and without regard to cost. */
record NaiveSampler(SamplingParameters parameters) {

    /** Logits after bias and penalties. */
    double[] penalised(float[] row, int[] prompt, List<Integer> output) {
        double[] logits = new double[row.length];
        for (int token = 0; token < row.length; token++) {
            double logit = row[token] + (double) parameters.logitBias().getOrDefault(token, 0f);
            int inOutput = Collections.frequency(output, token);
            int candidate = token;
            if (inOutput > 0 || Arrays.stream(prompt).anyMatch(t -> t == candidate)) {
                logit = logit > 0 ? logit / parameters.repetitionPenalty() : logit * parameters.repetitionPenalty();
            }
            logits[token] = logit - inOutput * parameters.frequencyPenalty()
                    - (inOutput > 0 ? parameters.presencePenalty() : 0);
        }
        return logits;
    }

    /** Share of each token: by temperature, of the k likeliest, the fewest that reach p, those above min-p. */
    double[] shares(double[] logits) {
        int[] order = order(logits);
        double best = logits[order[0]];
        double[] weights = Arrays.stream(logits)
                .map(logit -> Math.exp((logit - best) / parameters.temperature()))
                .toArray();
        int limit = parameters.topK() == 0 ? logits.length : Math.min(parameters.topK(), logits.length);
        double total = Arrays.stream(order).limit(limit).mapToDouble(token -> weights[token]).sum();
        double[] shares = new double[logits.length];
        double reached = 0;
        for (int rank = 0; rank < limit && (parameters.topP() == 1 || reached < parameters.topP() * total); rank++) {
            reached += weights[order[rank]];
            if (weights[order[rank]] >= parameters.minP()) {
                shares[order[rank]] = weights[order[rank]];
            }
        }
        double kept = Arrays.stream(shares).sum();
        return Arrays.stream(shares).map(share -> share / kept).toArray();
    }

    /** Tokens by falling logit, equal ones by index. */
    static int[] order(double[] logits) {
        return IntStream.range(0, logits.length).boxed()
                .sorted(Comparator.comparing((Integer token) -> -logits[token] + 0.).thenComparing(token -> token))
                .mapToInt(Integer::intValue).toArray();
    }

    /**
     * Shares of all tokens that come before one in the order in which the sampler lays them out: by index if all
     * tokens take part, else by likelihood.
     */
    double before(double[] logits, int token) {
        double[] shares = shares(logits);
        boolean all = parameters.topK() == 0 && parameters.topP() == 1;
        int[] order = all ? IntStream.range(0, logits.length).toArray() : order(logits);
        return Arrays.stream(order).takeWhile(t -> t != token).mapToDouble(t -> shares[t]).sum();
    }
}
