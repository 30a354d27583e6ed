package io.github.jlamadsla.model;

import java.util.List;

import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.memory.LayerMemory;
import io.github.jlamadsla.memory.MemoryBudget;

/**
 * One kind of attention of one layer: weights only, what it remembers of a sequence is a {@link LayerMemory} of its own
 * kind. Immutable. Other kinds can be added without a change elsewhere.
 */
public interface AttentionLayer {

    /** An empty memory of one sequence. */
    LayerMemory newMemory(MemoryBudget budget);

    /** Bytes that a memory of {@code tokens} tokens takes. */
    long memoryBytes(int tokens);

    /**
     * Attention with its projections.
     *
     * @param x {@code [rows][hiddenSize]}, after the norm
     * @param steps the sequences whose rows these are, in order, without gaps
     * @param out {@code [rows][hiddenSize]}, overwritten
     */
    void attend(Rows x, int rows, List<LayerStep> steps, Workspace workspace, Rows out);

    /** Whether {@link #takeOver} works on the memory of {@code from}. */
    default boolean canTakeOver(AttentionLayer from) {
        return false;
    }

    /**
     * Makes a memory of this kind from that of another kind of the same layer, as if this one had been in place since
     * the first token on the same inputs. The old memory is left as it is.
     *
     * @param memory what the other kind remembers
     * @param tokens how many tokens
     */
    default LayerMemory takeOver(LayerMemory memory, int tokens, MemoryBudget budget, Workspace workspace) {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " cannot take a sequence over");
    }
}
