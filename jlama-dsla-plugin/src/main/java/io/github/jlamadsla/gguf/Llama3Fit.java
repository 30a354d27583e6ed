package io.github.jlamadsla.gguf;

import io.github.jlamadsla.bridge.RopeScaling;

/**
 * Finds the parameters of Llama 3.1's rotary scaling that give certain divisors of the frequencies.
 * <p>
 * With w a frequency and t = original * w / 2 pi the turns it makes in the original context, the share that it keeps is
 * s = (t - low) / (high - low) between 0 and 1, and its divisor 1 / (s + (1 - s) / factor). Scaling low, high and
 * original alike changes nothing, so parameters are looked for among usual ones: those of the published models first.
 */
final class Llama3Fit {
    /** Relative to a divisor. */
    static final double TOLERANCE = 1e-5;

    private static final int PUBLISHED_ORIGINAL = 8_192;
    private static final int LEAST_ORIGINAL = 1_024;
    private static final int MOST_ORIGINAL = 1 << 22;
    private static final int QUARTERS = 256; // low and high up to 64

    private final float[] divisors; // [headSize / 2]
    private final double[] frequencies; // [headSize / 2], radians per position
    private final double factor;

    /**
     * @param divisors {@code [headSize / 2]}, each 1 or more
     * @param theta base of the frequencies
     */
    Llama3Fit(float[] divisors, double theta) {
        this.divisors = divisors.clone();
        this.frequencies = new double[divisors.length];
        double largest = 1;
        for (int i = 0; i < divisors.length; i++) {
            frequencies[i] = Math.pow(theta, -(double) i / divisors.length);
            largest = Math.max(largest, divisors[i]);
        }
        this.factor = GgufConfig.shortest(largest);
    }

    /** The parameters; none, if all divisors are one; null, if there are no such parameters. */
    RopeScaling find() {
        if (factor <= 1 + TOLERANCE) {
            return new RopeScaling.None();
        }
        RopeScaling.Llama3 published = tried(1, 4);
        if (published != null) {
            return published;
        }
        // Whole numbers are likelier than halves, and those than quarters.
        for (int step : new int[]{4, 2, 1}) {
            for (int low = step; low < QUARTERS; low += step) {
                for (int high = low + step; high <= QUARTERS; high += step) {
                    RopeScaling.Llama3 found = tried(low / 4.0, high / 4.0);
                    if (found != null) {
                        return found;
                    }
                }
            }
        }
        return null;
    }

    /** With powers of two as the original context, the published one first; then with what the divisors call for. */
    private RopeScaling.Llama3 tried(double low, double high) {
        if (reproduces(low, high, PUBLISHED_ORIGINAL)) {
            return new RopeScaling.Llama3(factor, low, high, PUBLISHED_ORIGINAL);
        }
        for (int power = LEAST_ORIGINAL; power <= MOST_ORIGINAL; power *= 2) {
            if (reproduces(low, high, power)) {
                return new RopeScaling.Llama3(factor, low, high, power);
            }
        }
        long original = calledFor(low, high);
        return original >= 1 && original <= MOST_ORIGINAL && reproduces(low, high, (int) original)
                ? new RopeScaling.Llama3(factor, low, high, (int) original)
                : null;
    }

    /** The original context by one divisor between the bounds; 0 if there is none. */
    private long calledFor(double low, double high) {
        for (int i = divisors.length - 1; i >= 0; i--) {
            if (divisors[i] > 1 + TOLERANCE && divisors[i] < factor * (1 - TOLERANCE)) {
                double share = (1 / (double) divisors[i] - 1 / factor) / (1 - 1 / factor);
                return Math.round((low + share * (high - low)) * 2 * Math.PI / frequencies[i]);
            }
        }
        return 0;
    }

    private boolean reproduces(double low, double high, int original) {
        // From the lowest frequency on: the first that is wrong ends it.
        for (int i = divisors.length - 1; i >= 0; i--) {
            double turns = original * frequencies[i] / (2 * Math.PI);
            double share = Math.clamp((turns - low) / (high - low), 0, 1);
            double divisor = 1 / (share + (1 - share) / factor);
            if (!(Math.abs(divisor - divisors[i]) <= TOLERANCE * divisors[i])) {
                return false;
            }
        }
        return true;
    }
}
