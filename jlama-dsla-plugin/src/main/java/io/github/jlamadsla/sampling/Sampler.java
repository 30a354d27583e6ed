package io.github.jlamadsla.sampling;

import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Draws tokens from logits. One per request; it holds the request's random numbers and history, so it is not
 * thread-safe.
 *
 * <p>Order: token mask, logit bias, repetition penalty, frequency and presence penalty, temperature, top-k, top-p over
 * the shares of what top-k left, min-p. A greedy sampler takes the likeliest after the penalties. Sources: mask, bias
 * and penalties as in vLLM ({@code vllm/v1/sample/sampler.py}); the three filters after the temperature as in Hugging
 * Face Transformers ({@code generation/utils.py}); repetition penalty from Keskar et al., "CTRL", 2019, in the form
 * that treats negative logits apart, over prompt and output; frequency and presence penalty as in OpenAI's interface,
 * over the output alone; min-p from Nguyen et al., "Turning Up the Heat", 2024. llama.cpp divides by the temperature
 * last and looks for repetitions in the last 64 tokens only.
 *
 * <p>Equal logits count as ordered by index, lower first. Sums are in double. The same parameters, logits and history
 * give the same tokens, whatever else runs: each drawn token takes exactly one random number, a greedy one takes none.
 */
public final class Sampler {
    private final SamplingParameters parameters;
    private final TokenMask mask; // null: none
    private final LogitBias bias; // null: none
    private final Penalties penalties; // null: none
    private final SplittableRandom random;
    private final LogitHeap heap = new LogitHeap();
    private double[] weights = new double[0]; // [candidate], grown once to the vocabulary

    /**
     * @param promptTokens token ids of the prompt; read here only, and only for the repetition penalty
     * @param mask what may come next, or null if all may
     * @throws IllegalArgumentException if a token that is looked at is negative
     */
    public Sampler(SamplingParameters parameters, int[] promptTokens, TokenMask mask) {
        this.parameters = Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(promptTokens, "promptTokens");
        this.mask = mask;
        this.bias = parameters.logitBias().isEmpty() ? null : new LogitBias(parameters.logitBias());
        this.penalties = Penalties.usedBy(parameters) ? new Penalties(parameters, promptTokens) : null;
        this.random = new SplittableRandom(parameters.seed());
    }

    /** Without mask, and as if the prompt had no tokens. */
    public Sampler(SamplingParameters parameters) {
        this(parameters, new int[0], null);
    }

    /**
     * Draws one token. The token does not count as chosen until {@link #accept} hears of it.
     *
     * @param logits row of logits; mask, biases and penalties change it in place, so a row serves for one call. Minus
     *        infinity is never drawn; plus infinity beats all finite logits
     * @param offset where the row starts
     * @param count size of the vocabulary, 1 or more
     * @return the token's index in the row, 0 to count - 1
     * @throws IllegalStateException if a logit that mask and bias left is NaN (the message says which), or if nothing
     *         may be drawn since all are minus infinity
     * @throws IllegalArgumentException if a bias or an earlier token is outside the vocabulary
     */
    public int sample(float[] logits, int offset, int count) {
        Objects.checkFromIndexSize(offset, count, logits.length);
        if (count == 0) {
            throw new IllegalArgumentException("count is 0; allowed: 1 or more");
        }
        if (mask != null) {
            mask.apply(logits, offset, count);
        }
        if (bias != null) {
            bias.apply(logits, offset, count);
        }
        if (penalties != null) {
            penalties.apply(logits, offset, count);
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

    /**
     * Records a chosen token for the penalties and the mask; to be called once per token of the output, also for a
     * token that was not drawn here.
     *
     * @throws IllegalArgumentException if it is negative and penalties are used
     */
    public void accept(int token) {
        if (penalties != null) {
            penalties.accept(token);
        }
        if (mask != null) {
            mask.accept(token);
        }
    }

    private int likeliest(float[] logits, int offset, int count) {
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
            throw new IllegalStateException("all " + count + " logits are minus infinity"
                    + (mask == null && bias == null ? "" : " after token mask and logit bias: no token may come next"));
        }
        return best;
    }

    private int drawFromAll(float[] logits, int offset, int count, double max) {
        double total = 0;
        for (int i = 0; i < count; i++) {
            double weight = weight(logits[offset + i], max);
            weights[i] = weight < parameters.minP() ? 0 : weight;
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
            double weight = weight(heap.pop(), max);
            if (weight < parameters.minP()) {
                break; // and so are all that follow
            }
            weights[candidates++] = weight;
            kept += weight;
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

    /** Share of a token over that of the likeliest. */
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
