package io.github.jlamadsla.sampling;

/**
 * How a token is drawn from logits.
 *
 * @param temperature 0 (greedy) or more; logits are divided by it
 * @param topK draw among the k likeliest; 0 for all
 * @param topP draw among the likeliest whose shares add up to p; above 0, at most 1
 * @param seed of the random numbers: same seed, same logits, same tokens
 */
public record SamplingParameters(double temperature, int topK, double topP, long seed) {

    /** The likeliest token, always. */
    public static final SamplingParameters GREEDY = new SamplingParameters(0, 0, 1, 0);

    public SamplingParameters {
        if (!(temperature >= 0 && temperature <= 100)) {
            throw new IllegalArgumentException("temperature is " + temperature + "; allowed: 0 to 100");
        }
        if (topK < 0) {
            throw new IllegalArgumentException("topK is " + topK + "; allowed: 0 (off) or more");
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("topP is " + topP + "; allowed: above 0, at most 1");
        }
    }
}
