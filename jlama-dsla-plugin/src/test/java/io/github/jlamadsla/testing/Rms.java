package io.github.jlamadsla.testing;

/** Relative root mean square error: the measure of all parity tests. */
public final class Rms {
    private Rms() {}

    /** {@code sqrt(sum((actual - expected)^2) / sum(expected^2))}; NaN if any value is. */
    public static double relative(float[] actual, float[] expected) {
        if (actual.length != expected.length || expected.length == 0) {
            throw new IllegalArgumentException(actual.length + " values against " + expected.length);
        }
        double error = 0;
        double norm = 0;
        for (int i = 0; i < actual.length; i++) {
            double d = (double) actual[i] - expected[i];
            error += d * d;
            norm += (double) expected[i] * expected[i];
        }
        return Math.sqrt(error / norm);
    }
}
