package io.github.jlamadsla.it.bench;

import java.util.Locale;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * What one kernel reached on one thread, beside the multiply-add rate of the same JVM.
 *
 * @param shape parameters of the run
 * @param micros median time of a call
 * @param gflops median of the iterations; the operations are counted as the kernel's benchmark says
 * @param spread (highest - lowest) / median of the iterations
 * @param ceilingGflops multiply-add rate, measured before and after, the higher
 * @param share gflops / ceilingGflops
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record SequenceFigure(String kernel, String shape, double micros, double gflops, double spread, double ceilingGflops,
        double share) {

    /**
     * @param flops operations of a call
     * @param nanos time of a call by iteration, ascending
     */
    static SequenceFigure of(String kernel, String shape, double flops, double[] nanos, double ceilingGflops) {
        double median = nanos[nanos.length / 2];
        double gflops = flops / median;
        return new SequenceFigure(kernel, shape, round(median / 1000), round(gflops),
                round((nanos[nanos.length - 1] - nanos[0]) / median), round(ceilingGflops),
                round(gflops / ceilingGflops));
    }

    static String header() {
        return String.format("%-10s %-60s %10s %9s %7s %9s %7s", "kernel", "shape", "us", "GFLOP/s", "spread", "FMA",
                "share");
    }

    String row() {
        return String.format(Locale.ROOT, "%-10s %-60s %10.2f %9.1f %6.0f%% %9.1f %6.0f%%", kernel, shape, micros,
                gflops, 100 * spread, ceilingGflops, 100 * share);
    }

    private static double round(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
