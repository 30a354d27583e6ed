package io.github.jlamadsla.checkpoint;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the threads that a thread makes, also those that have ended by the time anybody looks. */
final class CreatedThreads extends InheritableThreadLocal<AtomicInteger> {

    /** Runs something and returns how many threads the current thread made in it. */
    int during(Runnable task) {
        AtomicInteger count = new AtomicInteger();
        set(count);
        try {
            task.run();
        } finally {
            remove();
        }
        return count.get();
    }

    /** Called by the constructor of every new thread, on the thread that makes it. */
    @Override
    protected AtomicInteger childValue(AtomicInteger ofTheMaker) {
        if (ofTheMaker != null) {
            ofTheMaker.incrementAndGet();
        }
        return null; // What the new thread makes does not count.
    }
}
