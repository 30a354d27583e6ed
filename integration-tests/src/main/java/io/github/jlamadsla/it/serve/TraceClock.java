package io.github.jlamadsla.it.serve;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Time since a trace began. */
final class TraceClock {
    private final long begin = System.nanoTime();

    /** Seconds. */
    double now() {
        return 1e-9 * (System.nanoTime() - begin);
    }

    /** @throws IllegalStateException if the thread is interrupted */
    void await(double seconds) {
        for (double left = seconds - now(); left > 0; left = seconds - now()) {
            LockSupport.parkNanos((long) (left * TimeUnit.SECONDS.toNanos(1)));
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("interrupted while a trace was played");
            }
        }
    }
}
