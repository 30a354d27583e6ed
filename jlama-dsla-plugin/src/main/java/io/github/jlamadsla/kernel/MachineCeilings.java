package io.github.jlamadsla.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.function.LongSupplier;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * What this machine can do at most, measured in this process: the ceilings beside which speeds are shown, and the peak
 * from which warm-up takes its floor. Needs the vector module.
 */
public final class MachineCeilings {

    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final int BYTES = I.vectorByteSize();
    private static final int CHAINS = 12;
    private static final int STEPS = 20_000;
    /** While it is interpreted a loop is thousands of times slower: pieces for that time, */
    private static final int SHORT_STEPS = 100;
    /** flops or bytes per nanosecond that no interpreted loop reaches and every compiled one does, */
    private static final double COMPILED = 1;
    /** and how long to wait for the compiler at most. */
    private static final long LONGEST_NANOS = 3_000_000_000L;
    private static final int STREAMS = 4;

    private final Workers workers;
    private final LongSupplier nanoTime;

    /**
     * @param workers the threads that work at once
     * @param nanoTime clock
     */
    public MachineCeilings(Workers workers, LongSupplier nanoTime) {
        this.workers = workers;
        this.nanoTime = nanoTime;
    }

    /**
     * F32 multiply-add rate of all workers together, in GFLOP/s: 12 independent chains a thread, the best of many runs.
     *
     * @param budget how long to try; 0.1 s is enough
     */
    public double fmaGflops(Duration budget) {
        int threads = workers.threads();
        float[] sink = new float[threads];
        double flops = 2.0 * CHAINS * F.length() * threads;
        warm(flops * SHORT_STEPS, (task, worker) -> sink[task] = chains(SHORT_STEPS, sink[task]));
        return best(budget, flops * STEPS, (task, worker) -> sink[task] = chains(STEPS, sink[task]));
    }

    /**
     * Read rate of all workers together, in GB/s (10^9 bytes): each reads its part in four streams.
     *
     * @param bytes how much memory to walk through; several times the last cache to see the memory behind it
     * @param budget how long to try; 0.2 s is enough
     */
    public double readGbps(long bytes, Duration budget) {
        int threads = workers.threads();
        long perStream = Math.max(1, bytes / threads / STREAMS / (2L * BYTES));
        long part = perStream * STREAMS * 2 * BYTES;
        int[] sink = new int[threads];
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(part * threads, 64);
            // Untouched pages would all be the one zero page.
            memory.fill((byte) 1);
            long shortStream = Math.min(perStream, SHORT_STEPS);
            warm((double) shortStream * STREAMS * 2 * BYTES * threads,
                    (task, worker) -> sink[task] += walk(memory.asSlice(part * task, part), shortStream));
            Workers.Task read = (task, worker) -> sink[task] += walk(memory.asSlice(part * task, part), perStream);
            return best(budget, (double) part * threads, read);
        }
    }

    private void warm(double amount, Workers.Task task) {
        long start = nanoTime.getAsLong();
        while (best(Duration.ZERO, amount, task) < COMPILED && nanoTime.getAsLong() - start < LONGEST_NANOS) {
            Thread.onSpinWait();
        }
    }

    private double best(Duration budget, double amount, Workers.Task task) {
        long start = nanoTime.getAsLong();
        long least = Long.MAX_VALUE;
        long now;
        do {
            long before = nanoTime.getAsLong();
            workers.run(workers.threads(), task);
            now = nanoTime.getAsLong();
            least = Math.min(least, now - before);
        } while (now - start < budget.toNanos());
        return amount / Math.max(1, least);
    }

    private static float chains(int steps, float seed) {
        FloatVector x = FloatVector.broadcast(F, 1e-3f);
        FloatVector s0 = FloatVector.broadcast(F, seed);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        FloatVector s8 = s0;
        FloatVector s9 = s0;
        FloatVector s10 = s0;
        FloatVector s11 = s0;
        for (int i = 0; i < steps; i++) {
            s0 = s0.fma(x, x);
            s1 = s1.fma(x, x);
            s2 = s2.fma(x, x);
            s3 = s3.fma(x, x);
            s4 = s4.fma(x, x);
            s5 = s5.fma(x, x);
            s6 = s6.fma(x, x);
            s7 = s7.fma(x, x);
            s8 = s8.fma(x, x);
            s9 = s9.fma(x, x);
            s10 = s10.fma(x, x);
            s11 = s11.fma(x, x);
        }
        return s0.add(s1).add(s2).add(s3).add(s4).add(s5).add(s6).add(s7).add(s8).add(s9).add(s10).add(s11).lane(0);
    }

    /** Four streams of {@code steps} times two vectors. */
    private static int walk(MemorySegment memory, long steps) {
        long stream = steps * 2 * BYTES;
        int sum = 0;
        // An int loop per piece: the compiler takes the checks of a long one out only in part.
        for (long done = 0; done < steps; done += 1 << 16) {
            sum += piece(memory, done * 2 * BYTES, stream, (int) Math.min(1 << 16, steps - done));
        }
        return sum;
    }

    private static int piece(MemorySegment m, long from, long stream, int steps) {
        IntVector s0 = IntVector.zero(I);
        IntVector s1 = s0;
        IntVector s2 = s0;
        IntVector s3 = s0;
        for (int i = 0; i < steps; i++) {
            long at = from + (long) i * (2 * BYTES);
            s0 = s0.or(IntVector.fromMemorySegment(I, m, at, LITTLE_ENDIAN))
                    .or(IntVector.fromMemorySegment(I, m, at + BYTES, LITTLE_ENDIAN));
            s1 = s1.or(IntVector.fromMemorySegment(I, m, at + stream, LITTLE_ENDIAN))
                    .or(IntVector.fromMemorySegment(I, m, at + stream + BYTES, LITTLE_ENDIAN));
            s2 = s2.or(IntVector.fromMemorySegment(I, m, at + 2 * stream, LITTLE_ENDIAN))
                    .or(IntVector.fromMemorySegment(I, m, at + 2 * stream + BYTES, LITTLE_ENDIAN));
            s3 = s3.or(IntVector.fromMemorySegment(I, m, at + 3 * stream, LITTLE_ENDIAN))
                    .or(IntVector.fromMemorySegment(I, m, at + 3 * stream + BYTES, LITTLE_ENDIAN));
        }
        return s0.or(s1).or(s2).or(s3).lane(0);
    }
}
