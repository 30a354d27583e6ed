package io.github.jlamadsla.it.bench;

import java.util.Locale;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * What one product reached, beside what the machine could do in the same JVM.
 *
 * @param gflops median of the iterations
 * @param spread (highest - lowest) / median of the iterations
 * @param ceilingGflops multiply-add rate of so many threads
 * @param readGbps memory read by so many threads
 * @param boundGflops the less of that rate and what the read rate allows
 * @param share gflops / boundGflops
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record ProductFigure(String kernel, String format, int rows, int n, int k, int threads, double gflops, double spread,
        double ceilingGflops, double readGbps, double boundGflops, double share) {

    /**
     * @param sorted GFLOP/s of each iteration, ascending
     */
    static ProductFigure of(String format, int weightBytes, int rows, int n, int k, int threads, double[] sorted,
            double ceilingGflops, double readGbps) {
        double median = sorted[sorted.length / 2];
        double bound = Math.min(ceilingGflops, 2.0 * rows * readGbps / weightBytes);
        return new ProductFigure("product", format, rows, n, k, threads, round(median),
                round((sorted[sorted.length - 1] - sorted[0]) / median), round(ceilingGflops), round(readGbps),
                round(bound), round(median / bound));
    }

    static String header() {
        return String.format("%-6s %5s %11s %7s %9s %7s %9s %9s %9s %7s", "format", "rows", "n x k", "threads",
                "GFLOP/s", "spread", "FMA", "read GB/s", "bound", "share");
    }

    String row() {
        return String.format(Locale.ROOT, "%-6s %5d %11s %7d %9.1f %6.0f%% %9.1f %9.1f %9.1f %6.0f%%", format, rows,
                n + "x" + k, threads, gflops, 100 * spread, ceilingGflops, readGbps, boundGflops, 100 * share);
    }

    private static double round(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
