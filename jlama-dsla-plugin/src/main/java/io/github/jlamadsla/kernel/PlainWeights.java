package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Weights for {@link ScalarMatMul}: the stacked matrices row after row, one panel per output.
 *
 * @param values {@code [rows][columns]}, F32, or BF16 as its bits
 */
record PlainWeights(MemorySegment values, WeightType type, int rows,
        int columns) implements PackedWeights {

    @Override
    public int panels() {
        return rows;
    }

    @Override
    public long bytes() {
        return values.byteSize();
    }
}
