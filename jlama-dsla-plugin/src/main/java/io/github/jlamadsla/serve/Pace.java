package io.github.jlamadsla.serve;

import java.util.Arrays;

/**
 * How much slower than its rates say a machine is at present: the median of its last steps, so that a pause of one of
 * them says nothing, and a machine that is slowed down is followed within a few.
 */
final class Pace {
    private static final int STEPS = 15;

    private final double[] logs = new double[STEPS]; // ring
    private int count;
    private int next;
    private double median;

    /** @param steps that were at pace 1, at most half of those remembered */
    Pace(int steps) {
        count = Math.min(steps, STEPS / 2);
        next = count;
    }

    /** Factor on the time that the rates say. */
    double factor() {
        return Math.exp(median);
    }

    /** @param ratio time of a step over what the rates say, above 0 */
    void observe(double ratio) {
        logs[next] = Math.log(ratio);
        next = (next + 1) % STEPS;
        count = Math.min(STEPS, count + 1);
        double[] sorted = Arrays.copyOf(logs, count);
        Arrays.sort(sorted);
        median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    }
}
