package io.github.jlamadsla.testing;

import java.lang.management.ManagementFactory;

import com.sun.management.ThreadMXBean;

/** Heap bytes that the current thread allocates. */
public final class Allocation {
    /** Held, since asking for it allocates. */
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    /** Runs something and returns the bytes it allocated on this thread. */
    public static long of(Runnable task) {
        long before = ofThisThread();
        task.run();
        return ofThisThread() - before;
    }

    /** Bytes that this thread has allocated since it began. */
    public static long ofThisThread() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }
}
