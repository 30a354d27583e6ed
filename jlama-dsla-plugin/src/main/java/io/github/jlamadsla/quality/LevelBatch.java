package io.github.jlamadsla.quality;

import java.util.ArrayList;
import java.util.List;

import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.memory.SequenceMemory;
import io.github.jlamadsla.model.SequenceStep;

/**
 * The same tokens at several levels, side by side in the same products: one empty sequence per level to begin with. A
 * level's bits are those that it has alone.
 */
final class LevelBatch implements AutoCloseable {
    private final MeasuredModel measured;
    private final List<SequenceMemory> memories = new ArrayList<>();

    LevelBatch(MeasuredModel measured, List<Integer> levels) {
        this.measured = measured;
        try {
            for (int level : levels) {
                memories.add(measured.model().newSequence(level, measured.budget()));
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Reads tokens at every level.
     *
     * @return hidden states {@code [levels][count][hiddenSize]}, good until the workspace's next use
     */
    Rows read(int[] tokens, int first, int count) {
        List<SequenceStep> steps = memories.stream().map(memory -> new SequenceStep(memory, tokens, first, count))
                .toList();
        return measured.model().forward(steps, measured.workspace());
    }

    /** One per level, in their order; they close with this. */
    List<SequenceMemory> memories() {
        return memories;
    }

    @Override
    public void close() {
        memories.forEach(SequenceMemory::close);
    }
}
