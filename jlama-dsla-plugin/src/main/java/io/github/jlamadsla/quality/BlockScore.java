package io.github.jlamadsla.quality;

/**
 * What came out of one block at one level.
 *
 * @param scored tokens that were predicted: all but the first
 * @param nats sum over them of the negative log-likelihood
 * @param divergence sum over them of KL(level 0 || level) in nats; NaN where level 0 was not measured
 * @param equal predictions whose likeliest token is that of level 0; -1 where it was not measured
 */
public record BlockScore(int scored, double nats, double divergence, int equal) {

    /** Nats per token. */
    public double natsPerToken() {
        return nats / scored;
    }

    /** KL per token. */
    public double divergencePerToken() {
        return divergence / scored;
    }

    /** Share of equal predictions, NaN where level 0 was not measured. */
    public double equalShare() {
        return equal < 0 ? Double.NaN : (double) equal / scored;
    }
}
