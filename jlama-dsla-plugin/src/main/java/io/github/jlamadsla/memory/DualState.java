package io.github.jlamadsla.memory;

import java.lang.foreign.MemorySegment;

/**
 * The two recurrent states of one converted layer (DESIGN section 2): {@code [stateHeads][2][keySize][valueSize]} F32,
 * history before recency, zero at the beginning. Its size does not depend on the context.
 */
public final class DualState implements CopyableMemory {
    private final NativeBlock block;
    private final long headBytes;

    /**
     * @param stateHeads pairs of states
     * @param headSize key size and value size
     */
    public DualState(int stateHeads, int headSize, MemoryBudget budget) {
        this(headBytes(headSize), bytes(stateHeads, headSize), budget);
    }

    private DualState(long headBytes, long bytes, MemoryBudget budget) {
        this.headBytes = headBytes;
        this.block = new NativeBlock(budget, bytes, "a pair of states");
    }

    /** Bytes of the states of a layer. */
    public static long bytes(int stateHeads, int headSize) {
        return stateHeads * headBytes(headSize);
    }

    private static long headBytes(int headSize) {
        return 2L * headSize * headSize * Float.BYTES;
    }

    public MemorySegment segment() {
        return block.segment();
    }

    /** Byte offset of the states {@code [2][keySize][valueSize]} of a head. */
    public long offset(int stateHead) {
        return stateHead * headBytes;
    }

    @Override
    public DualState copy(MemoryBudget budget) {
        DualState copy = new DualState(headBytes, block.bytes(), budget);
        copy.segment().copyFrom(segment());
        return copy;
    }

    @Override
    public long bytes() {
        return block.bytes();
    }

    @Override
    public void reserve(int tokens) {}

    @Override
    public void close() {
        block.close();
    }
}
