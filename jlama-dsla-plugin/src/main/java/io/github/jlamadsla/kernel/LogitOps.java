package io.github.jlamadsla.kernel;

/**
 * What a row of logits is measured by. Sums are relative to the row's largest value, so that nothing overflows; they
 * are within 1e-6 of exact ones, relative to the sum of the terms' sizes, for rows of up to a million finite logits. A
 * NaN or infinite logit makes them NaN or infinite.
 */
public interface LogitOps {

    /** Index of the largest of {@code n} values from {@code offset} on, the first of equals; -1 if one is NaN. */
    int argmax(float[] x, int offset, int n);

    /** Sum of {@code exp(x - max)} over {@code n} values from {@code offset} on; {@code max} is the largest. */
    double sumExp(float[] x, int offset, int n, float max);

    /**
     * {@link #sumExp} that keeps its terms.
     *
     * @param terms {@code [n]}, overwritten
     */
    double expTerms(float[] x, int offset, int n, float max, float[] terms);

    /**
     * Sum of {@code terms[i] * ((a[i] - aMax) - (b[i] - bMax))}: with the terms of a, over their sum, what the
     * divergence of b from a has beside the logarithms of both sums.
     *
     * @param terms {@code [n]} as {@link #expTerms} made them of {@code a}
     * @param n values of {@code a} from {@code aOffset} on, and of {@code b} from {@code bOffset} on
     */
    double weightedDifference(float[] terms, int n, float[] a, int aOffset, float aMax, float[] b, int bOffset,
            float bMax);
}
