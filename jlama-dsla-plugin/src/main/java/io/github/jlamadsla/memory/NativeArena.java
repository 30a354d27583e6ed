package io.github.jlamadsla.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/** Off-heap memory that is freed together, counted in a budget: where weights live. Not for use by several threads. */
public final class NativeArena implements SegmentAllocator, AutoCloseable {
    private final MemoryBudget budget;
    private final String what;
    private final Arena arena = Arena.ofShared();
    private long bytes;
    private boolean closed;

    /** @param what whose memory it is, for the message */
    public NativeArena(MemoryBudget budget, String what) {
        this.budget = budget;
        this.what = what;
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        budget.reserve(byteSize, what);
        bytes += byteSize;
        return arena.allocate(byteSize, byteAlignment);
    }

    /** Bytes allocated so far. */
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            arena.close();
            budget.release(bytes);
        }
    }
}
