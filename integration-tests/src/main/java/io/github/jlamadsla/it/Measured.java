package io.github.jlamadsla.it;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;

/**
 * The outcome of repeats.
 *
 * @param median of the repeats
 * @param spread the largest less the smallest; 0 of a single repeat
 * @param unit as {@code tokens/s}, {@code ms/token}, {@code x} for a ratio
 * @param repeats how many
 */
public record Measured(double median, double spread, String unit, int repeats) {
    public Measured {
        if (!(Double.isFinite(median) && spread >= 0) || unit.isBlank() || repeats < 1) {
            throw new IllegalArgumentException("median " + median + ", spread " + spread + ", unit '" + unit
                    + "', repeats " + repeats + "; allowed: finite numbers, a unit, 1 repeat or more");
        }
    }

    /** Median and spread of values, at least one. */
    public static Measured of(double[] values, String unit) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        if (n == 0) {
            throw new IllegalArgumentException("no values; allowed: at least one");
        }
        double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        return new Measured(rounded(median), rounded(sorted[n - 1] - sorted[0]), unit, n);
    }

    /**
     * Median over median, in {@code x}; its spread reaches from the worst to the best quotient of two repeats, and its
     * repeats are those of the side that has fewer.
     */
    public static Measured ratio(double[] numerators, double[] denominators) {
        Measured above = of(numerators, "x");
        Measured below = of(denominators, "x");
        double best = Arrays.stream(numerators).max().orElseThrow() / Arrays.stream(denominators).min().orElseThrow();
        double worst = Arrays.stream(numerators).min().orElseThrow() / Arrays.stream(denominators).max().orElseThrow();
        return new Measured(rounded(above.median() / below.median()), rounded(best - worst), "x",
                Math.min(above.repeats(), below.repeats()));
    }

    /** A number to six digits: more says nothing about a time, and makes files unreadable. */
    public static double rounded(double value) {
        return new BigDecimal(value).round(new MathContext(6)).doubleValue();
    }
}
