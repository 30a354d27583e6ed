package io.github.jlamadsla.quality;

/**
 * A mean over blocks of equal weight.
 *
 * @param mean of the blocks
 * @param standardError of the mean, from the spread of the blocks; NaN for a single block
 * @param blocks how many, 1 or more
 */
public record Estimate(double mean, double standardError, int blocks) {

    /**
     * Of some values.
     *
     * @param values one per block, at least one
     */
    public static Estimate of(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no values; allowed: one per block, at least one");
        }
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        double mean = sum / values.length;
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return new Estimate(mean, Math.sqrt(squares / (values.length - 1) / values.length), values.length);
    }
}
