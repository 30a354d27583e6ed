package io.github.jlamadsla.memory;

import java.lang.foreign.MemorySegment;

import io.github.jlamadsla.kernel.KvLayout;

/**
 * A page of keys and values that several sequences and the prefix cache may hold; the last to let go frees it. From the
 * moment a second one holds it it can only be read. All that hold it are used by one thread.
 */
final class SharedPage {
    private final KvLayout layout;
    private final MemoryBudget budget;
    private final NativeBlock block;
    private MemorySegment segment;
    private int sequences = 1;
    private PrefixBytes cached; // of the cache that holds it, or null

    /** Held by the one sequence that asks for it. */
    SharedPage(KvLayout layout, MemoryBudget budget) {
        this.layout = layout;
        this.budget = budget;
        this.block = new NativeBlock(budget, layout.pageBytes(), "a page of keys and values");
        this.segment = block.segment();
        budget.paged(block.bytes());
    }

    KvLayout layout() {
        return layout;
    }

    /** Read-only if it was ever shared. */
    MemorySegment segment() {
        return segment;
    }

    long bytes() {
        return block.bytes();
    }

    /** Sequences that hold it. */
    int sequences() {
        return sequences;
    }

    /** One more sequence holds it. */
    void use() {
        segment = segment.asReadOnly();
        if (sequences++ == 0) {
            cached.add(-bytes(), -bytes());
        }
    }

    /** A sequence lets go. */
    void release() {
        sequences--;
        if (sequences == 0 && cached != null) {
            cached.add(bytes(), bytes());
        }
        freeIfUnused();
    }

    /** A cache holds it as well. */
    void keep(PrefixBytes heldAlone) {
        segment = segment.asReadOnly();
        cached = heldAlone;
    }

    /** The cache lets go. */
    void drop() {
        if (sequences == 0) {
            cached.add(-bytes(), -bytes());
        }
        cached = null;
        freeIfUnused();
    }

    private void freeIfUnused() {
        if (sequences == 0 && cached == null) {
            block.close();
            budget.paged(-block.bytes());
        }
    }
}
