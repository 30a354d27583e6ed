package io.github.jlamadsla.kernel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

import org.slf4j.Logger;

/**
 * Runs kernels until they are compiled, before the first request would have to wait for it, and warns of one that stays
 * far below the machine's peak: the sign that the compiler did not keep its vectors in registers.
 */
public final class KernelWarmup {

    /** Least share of the peak; a higher one would give false alarms on some machines. */
    static final double FLOOR = 0.3;

    /** Before that a workload may be slow because the compiler has not come to it. */
    static final int LEAST_ROUNDS = 5;

    private final LongSupplier nanoTime;
    private final Duration budget;
    private final Logger log;

    /**
     * One kernel at work.
     *
     * @param name for the log
     * @param flops floating-point operations of one run, a multiply-add counted as two; 0: not compared with the floor
     * @param body one run, every branch taken
     */
    public record Workload(String name, double flops, Runnable body) {}

    /**
     * What a workload reached.
     *
     * @param gflops its best run; 0 where it is not compared
     * @param slow whether that is below the floor, after enough runs to tell
     */
    public record Result(String name, double gflops, boolean slow) {}

    /**
     * @param nanoTime clock
     * @param budget for all workloads together; 1 to 2 s for those of a model
     * @param log takes the warnings
     */
    public KernelWarmup(LongSupplier nanoTime, Duration budget, Logger log) {
        this.nanoTime = nanoTime;
        this.budget = budget;
        this.log = log;
    }

    /**
     * Runs the workloads by turns until the time is over, each at least once.
     *
     * @param peakGflops what one thread can do, see {@link MachineCeilings#fmaGflops}
     */
    public List<Result> run(List<Workload> workloads, double peakGflops) {
        long[] least = new long[workloads.size()];
        Arrays.fill(least, Long.MAX_VALUE);
        int rounds = 0;
        long start = nanoTime.getAsLong();
        do {
            for (int i = 0; i < least.length; i++) {
                long before = nanoTime.getAsLong();
                workloads.get(i).body().run();
                least[i] = Math.min(least[i], Math.max(1, nanoTime.getAsLong() - before));
            }
            rounds++;
        } while (least.length > 0 && nanoTime.getAsLong() - start < budget.toNanos());
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < least.length; i++) {
            Workload workload = workloads.get(i);
            double gflops = workload.flops() / least[i];
            boolean slow = rounds >= LEAST_ROUNDS && workload.flops() > 0 && gflops < FLOOR * peakGflops;
            if (slow) {
                log.warn(
                        "kernel {} reaches {} GFLOP/s, less than {} % of this machine's {}: it may not be compiled well",
                        workload.name(), Math.round(gflops * 10) / 10.0, Math.round(FLOOR * 100),
                        Math.round(peakGflops));
            }
            results.add(new Result(workload.name(), gflops, slow));
        }
        return results;
    }
}
