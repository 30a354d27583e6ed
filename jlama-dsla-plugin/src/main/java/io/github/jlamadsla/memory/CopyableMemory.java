package io.github.jlamadsla.memory;

/**
 * A memory whose size does not depend on the context and that can be copied, so that the prefix cache can keep what it
 * held at a point and make memories from that. A kind of layer whose memory is neither this nor
 * {@link PagedKeyValues} works as well; then no prefix of its sequences is kept.
 */
public interface CopyableMemory extends LayerMemory {

    /**
     * An independent memory that holds the same, bit by bit.
     *
     * @throws MemoryBudgetException if it does not fit; then nothing is held
     */
    CopyableMemory copy(MemoryBudget budget);
}
