package io.github.jlamadsla.memory;

import java.util.concurrent.atomic.AtomicLong;

/** Counts off-heap bytes against a limit. Thread-safe. */
public final class MemoryBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /** @param limit most bytes in use at once, 1 or more; {@link Long#MAX_VALUE} for no limit */
    public MemoryBudget(long limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("memory limit is " + limit + "; allowed: 1 byte or more");
        }
        this.limit = limit;
    }

    /** A budget that only counts. */
    public static MemoryBudget unlimited() {
        return new MemoryBudget(Long.MAX_VALUE);
    }

    /**
     * Takes bytes.
     *
     * @param what whose they are, for the message
     * @throws MemoryBudgetException if they do not fit; then none are taken
     */
    public void reserve(long bytes, String what) {
        long before = used.getAndUpdate(u -> bytes <= limit - u ? u + bytes : u);
        if (bytes > limit - before) {
            throw new MemoryBudgetException(what, bytes, before, limit);
        }
    }

    /** Gives bytes back. */
    public void release(long bytes) {
        used.addAndGet(-bytes);
    }

    /** Bytes in use. */
    public long used() {
        return used.get();
    }

    public long limit() {
        return limit;
    }
}
