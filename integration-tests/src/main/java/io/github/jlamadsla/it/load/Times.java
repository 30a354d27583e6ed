package io.github.jlamadsla.it.load;

import java.util.Arrays;

/**
 * The middle and the largest of some times.
 *
 * @param median in milliseconds
 * @param largest in milliseconds
 */
record Times(double median, double largest) {

    /** @throws IllegalArgumentException if there are none */
    static Times of(double[] milliseconds) {
        if (milliseconds.length == 0) {
            throw new IllegalArgumentException("no times to take the median of; the answers were too short");
        }
        double[] sorted = milliseconds.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return new Times((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[n - 1]);
    }
}
