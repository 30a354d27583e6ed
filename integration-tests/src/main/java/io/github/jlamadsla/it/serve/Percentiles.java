package io.github.jlamadsla.it.serve;

import java.util.Arrays;

/** Of a few hundred values exactly, by nearest rank; NaN of none. */
record Percentiles(double p50, double p95, double p99) {

    static Percentiles of(double[] values) {
        double[] sorted = Arrays.stream(values).filter(value -> !Double.isNaN(value)).sorted().toArray();
        return new Percentiles(at(sorted, .50), at(sorted, .95), at(sorted, .99));
    }

    private static double at(double[] sorted, double share) {
        return sorted.length == 0
                ? Double.NaN
                : sorted[Math.max(0, (int) Math.ceil(share * sorted.length - 1e-9) - 1)];
    }
}
