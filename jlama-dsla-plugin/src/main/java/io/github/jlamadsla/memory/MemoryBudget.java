package io.github.jlamadsla.memory;

import java.util.concurrent.atomic.AtomicLong;

/** Counts off-heap bytes against a limit. Thread-safe, as far as its relief is. */
public final class MemoryBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong paged = new AtomicLong();
    private volatile Relief relief = (_, _) -> {
    };

    /** Who can give bytes back that others need more. */
    @FunctionalInterface
    public interface Relief {

        /**
         * Releases at least so many bytes to the budget if it can, else as it likes. Called on the thread that needs
         * them.
         *
         * @param missing bytes, 1 or more
         * @param what whose need it is
         */
        void free(long missing, String what);
    }

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

    /** Who is asked for bytes before any are refused; to be said before the first reservation. */
    public void relief(Relief source) {
        relief = source;
    }

    /**
     * Takes bytes.
     *
     * @param what whose they are, for the message
     * @throws MemoryBudgetException if they do not fit, whatever the relief gives; then none are taken
     */
    public void reserve(long bytes, String what) {
        long before = take(bytes);
        if (bytes > limit - before && bytes <= limit) {
            relief.free(bytes - (limit - before), what);
            before = take(bytes);
        }
        if (bytes > limit - before) {
            throw new MemoryBudgetException(what, bytes, before, limit);
        }
    }

    /** @return bytes in use before; if there was no room, nothing was taken */
    private long take(long bytes) {
        return used.getAndUpdate(u -> bytes <= limit - u ? u + bytes : u);
    }

    /** Gives bytes back. */
    public void release(long bytes) {
        used.addAndGet(-bytes);
    }

    /** Says that so many of the bytes in use more, or fewer, are pages of keys and values. */
    void paged(long bytes) {
        paged.addAndGet(bytes);
    }

    /** Of the bytes in use, those of pages of keys and values, the ones that only the prefix cache holds included. */
    public long paged() {
        return paged.get();
    }

    /** Bytes in use. */
    public long used() {
        return used.get();
    }

    public long limit() {
        return limit;
    }
}
