package io.github.jlamadsla.it.load;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.EngineObserver;
import io.github.jlamadsla.engine.StepReport;

/**
 * Compares what a runtime says that it has in use with what the JVM has really allocated, after steps, on the thread
 * that alone allocates, and at rest. All else that is off-heap, such as weights, is there from the beginning on.
 * Thread-safe.
 */
final class SoakBytes implements EngineObserver {
    /**
     * Bytes of a page of keys and values of the tiny model, the smallest that a sequence takes: less than that may be a
     * buffer of a file.
     */
    private static final long PAGE = 16 << 10;

    private final long budget;
    private final int every;
    private DslaRuntime runtime; // null before the beginning
    private long others;
    private long steps;
    private long compared;
    private long uncounted;
    private long notAllocated;
    private long peak;
    private String wrong = "";

    /**
     * @param budget most bytes that may ever be in use
     * @param every compared is after one step in so many
     */
    SoakBytes(long budget, int every) {
        this.budget = budget;
        this.every = every;
    }

    /** From here on it is compared; nothing runs now. */
    synchronized void begin(DslaRuntime server) {
        begin(server.memoryBytesInUse(), NativeMemory.now());
        runtime = server;
    }

    synchronized void begin(long counted, NativeMemory real) {
        others = real.bytes() - counted;
    }

    @Override
    public synchronized void stepped(StepReport report) {
        if (runtime != null && steps++ % every == 0) {
            compare();
        }
    }

    /** Compares while nothing allocates. */
    synchronized void compare() {
        compare(runtime.memoryBytesInUse(), NativeMemory.now());
    }

    synchronized void compare(long counted, NativeMemory real) {
        long allocated = real.bytes() - others;
        compared++;
        uncounted = Math.max(uncounted, allocated - counted);
        notAllocated = Math.max(notAllocated, counted - allocated);
        peak = Math.max(peak, real.peak() - others - uncounted);
        if (wrong.isEmpty() && Math.max(uncounted, notAllocated) >= PAGE) {
            wrong = allocated + " bytes are allocated, " + counted + " counted";
        } else if (wrong.isEmpty() && peak > budget) {
            wrong = peak + " bytes were allocated at once; allowed: " + budget;
        }
    }

    /** @return what is wrong; empty if nothing */
    synchronized String wrong() {
        return wrong;
    }

    /** Numbers for people and for the test, each before its words. */
    @Override
    public synchronized String toString() {
        return peak + " bytes really allocated at most, " + uncounted
                + " bytes allocated and not counted, " + notAllocated + " bytes counted and not allocated, " + compared
                + " comparisons of bytes";
    }
}
