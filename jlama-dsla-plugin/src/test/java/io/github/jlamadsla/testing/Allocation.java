package io.github.jlamadsla.testing;

import java.lang.management.ManagementFactory;

import com.sun.management.ThreadMXBean;

/** Heap bytes that the current thread allocates. */
public final class Allocation {
    private Allocation() {}

    /** Runs something and returns the bytes it allocated on this thread. */
    public static long of(Runnable task) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        task.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
