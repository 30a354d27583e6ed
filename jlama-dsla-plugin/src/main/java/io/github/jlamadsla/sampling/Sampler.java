package io.github.jlamadsla.sampling;

import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Draws tokens from logits. One per request; it holds the request's random numbers, so it is not thread-safe.
 *
 * <p>Order: temperature, then top-k, then top-p over the shares of what top-k left. Equal logits count as ordered by
 * index, lower first. Sums are in double. The same parameters and the same logits give the same tokens, whatever else
 * runs: each drawn token takes exactly one random number, a greedy one takes none.
 */
public final class Sampler {
    private final SamplingParameters parameters;
    private final SplittableRandom random;
    private final LogitHeap heap = new LogitHeap();
    private double[] weights = new double[0]; // [candidate], grown once to the vocabulary

    public Sampler(SamplingParameters parameters) {
        this.parameters = Objects.requireNonNull(parameters, "parameters");
        this.random = new SplittableRandom(parameters.seed());
    }

    /**
     * Draws one token.
     *
     * @param logits row of logits; read only. Minus infinity is never drawn; plus infinity beats all finite logits
     * @param offset where the row starts
     * @param count size of the vocabulary, 1 or more
     * @return the token's index in the row, 0 to count - 1
     * @throws IllegalStateException if a logit is NaN (the message says which), or all are minus infinity
     */
    public int sample(float[] logits, int offset, int count) {
        Objects.checkFromIndexSize(offset, count, logits.length);
        if (count == 0) {
            throw new IllegalArgumentException("count is 0; allowed: 1 or more");
        }
        int likeliest = likeliest(logits, offset, count);
        if (parameters.temperature() == 0) {
            return likeliest;
        }
        double max = logits[offset + likeliest];
        if (weights.length < count) {
            weights = new double[count];
        }
        if (parameters.topK() == 0 && parameters.topP() == 1) {
            return drawFromAll(logits, offset, count, max);
        }
        return drawFromLikeliest(logits, offset, count, max);
    }

    private static int likeliest(float[] logits, int offset, int count) {
        int best = 0;
        for (int i = 0; i < count; i++) {
            float logit = logits[offset + i];
            if (logit != logit) {
                throw new IllegalStateException("logit " + i + " of " + count + " is NaN");
            }
            if (logit > logits[offset + best]) {
                best = i;
            }
        }
        if (logits[offset + best] == Float.NEGATIVE_INFINITY) {
            throw new IllegalStateException("all " + count + " logits are minus infinity");
        }
        return best;
    }

    private int drawFromAll(float[] logits, int offset, int count, double max) {
        double total = 0;
        for (int i = 0; i < count; i++) {
            weights[i] = weight(logits[offset + i], max);
            total += weights[i];
        }
        return draw(count, total);
    }

    private int drawFromLikeliest(float[] logits, int offset, int count, double max) {
        heap.fill(logits, offset, count);
        int limit = parameters.topK() == 0 ? count : Math.min(parameters.topK(), count);
        double wanted = parameters.topP() == 1
                ? Double.POSITIVE_INFINITY
                : parameters.topP() * mass(logits, offset, count, limit, max);
        double kept = 0;
        int candidates = 0;
        while (candidates < limit && kept < wanted) {
            weights[candidates] = weight(heap.pop(), max);
            kept += weights[candidates++];
        }
        return heap.popped(draw(candidates, kept));
    }

    /** Sum of the weights of the {@code limit} likeliest: what top-p's share is a share of. */
    private double mass(float[] logits, int offset, int count, int limit, double max) {
        double total = 0;
        if (limit == count) {
            for (int i = 0; i < count; i++) {
                total += weight(logits[offset + i], max);
            }
            return total;
        }
        for (int i = 0; i < limit; i++) {
            total += weight(heap.pop(), max);
        }
        heap.fill(logits, offset, count);
        return total;
    }

    private double weight(float logit, double max) {
        // With plus infinity in the row the difference is NaN for its peers: they share the whole.
        return logit == max ? 1 : Math.exp((logit - max) / parameters.temperature());
    }

    private int draw(int candidates, double total) {
        double point = random.nextDouble() * total;
        double reached = 0;
        int last = 0;
        for (int i = 0; i < candidates; i++) {
            if (weights[i] > 0) {
                reached += weights[i];
                last = i;
                if (reached > point) {
                    return i;
                }
            }
        }
        return last; // rounding: the point fell on the very end
    }
}
