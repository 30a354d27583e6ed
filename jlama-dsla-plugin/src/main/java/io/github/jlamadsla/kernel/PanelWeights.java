package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Weights in panels of {@code width} outputs, as {@link PanelTiles} reads them.
 *
 * @param owner the instance that packed them
 * @param data panel after panel, aligned to 64 bytes
 * @param type F32 or BF16
 * @param rows outputs N
 * @param columns inputs K
 * @param width outputs of a panel; the last panel is padded with zeros
 */
record PanelWeights(VectorMatMul owner, MemorySegment data, WeightType type, int rows, int columns,
        int width) implements PackedWeights {

    @Override
    public int panels() {
        return Math.ceilDiv(rows, width);
    }

    /** Panels without padding. */
    int fullPanels() {
        return rows / width;
    }

    @Override
    public long bytes() {
        return data.byteSize();
    }
}
