package io.github.jlamadsla.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/** Zeroed off-heap memory, counted in a budget, freed when closed; an access after that throws. */
public final class NativeBlock implements AutoCloseable {
    /** Alignment of every block: a cache line, and the widest vector. */
    public static final long ALIGNMENT = 64;

    private final MemoryBudget budget;
    private final Arena arena;
    private final MemorySegment segment;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param bytes size, 1 or more
     * @param what whose memory it is, for the message
     * @throws MemoryBudgetException if it does not fit the budget
     */
    public NativeBlock(MemoryBudget budget, long bytes, String what) {
        this.budget = budget;
        budget.reserve(bytes, what);
        Arena shared = Arena.ofShared();
        try {
            this.segment = shared.allocate(bytes, ALIGNMENT);
        } catch (Throwable e) {
            shared.close();
            budget.release(bytes);
            throw e;
        }
        this.arena = shared;
    }

    public MemorySegment segment() {
        return segment;
    }

    public long bytes() {
        return segment.byteSize();
    }

    /** Frees the memory; a second call does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            arena.close();
            budget.release(segment.byteSize());
        }
    }
}
