package io.github.jlamadsla.text;

import java.lang.management.ManagementFactory;
import java.time.Clock;

import com.sun.management.ThreadMXBean;

/**
 * What the running rendering has used up. Bound to its thread, since Jinja functions are static. Once a limit is
 * passed every further step fails too: Jinjava turns exceptions inside expressions into notes and goes on.
 */
final class TemplateBudget {
    static final ScopedValue<TemplateBudget> CURRENT = ScopedValue.newInstance();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int STEPS_PER_TIME_CHECK = 16;

    private final TemplateLimits limits;
    private final Clock clock;
    private final long startedNanos = processorNanos();
    private final long startedBytes = THREADS.getCurrentThreadAllocatedBytes();
    private long steps;
    private String failure;

    /** To be made on the rendering thread. */
    TemplateBudget(TemplateLimits limits, Clock clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /** Counts one step; throws if that is too many, too long or too much. */
    void step() {
        if (failure != null) {
            throw new Exceeded(failure);
        }
        if (++steps > limits.steps()) {
            fail("takes more than " + limits.steps() + " steps");
        }
        if (THREADS.getCurrentThreadAllocatedBytes() - startedBytes > limits.allocatedBytes()) {
            fail("allocates more than " + (limits.allocatedBytes() >> 20) + " MB");
        }
        if (steps % STEPS_PER_TIME_CHECK == 0 && processorNanos() - startedNanos > limits.processorTime().toNanos()) {
            fail("runs longer than " + limits.processorTime().toMillis() + " ms");
        }
        if (Thread.currentThread().isInterrupted()) {
            fail("was interrupted");
        }
    }

    /** Ends the rendering for good. */
    void fail(String reason) {
        failure = failure == null ? reason : failure;
        throw new Exceeded(failure);
    }

    /** The text, if it is not too long. */
    String bounded(String text) {
        checkLength(text.length());
        return text;
    }

    /** To be asked before a text of that length is built. */
    void checkLength(long characters) {
        if (characters > limits.characters()) {
            fail("makes a text of more than " + limits.characters() + " characters");
        }
    }

    /** To be asked while a list grows. */
    void checkElements(long elements) {
        if (elements > TemplateLimits.ELEMENTS) {
            fail("makes a list of more than " + TemplateLimits.ELEMENTS + " elements");
        }
    }

    /** Why the rendering failed for good, or null. */
    String failure() {
        return failure;
    }

    Clock clock() {
        return clock;
    }

    private static long processorNanos() {
        return THREADS.isCurrentThreadCpuTimeSupported() ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
    }

    /** Not an exception, so that no handler inside the template engine takes it for a flaw of one expression. */
    static final class Exceeded extends Error {
        private static final long serialVersionUID = 1L;

        Exceeded(String message) {
            super(message, null, false, false);
        }
    }
}
