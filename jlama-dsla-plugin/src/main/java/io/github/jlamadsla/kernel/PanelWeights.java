package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Weights in panels one vector wide, as {@link PanelTiles} reads them.
 *
 * @param data panel after panel, aligned to 64 bytes
 * @param type F32 or BF16
 * @param rows outputs N
 * @param columns inputs K
 * @param width outputs of a panel; the last panel is padded with zeros
 * @param panelBytes from one panel to the next
 */
record PanelWeights(MemorySegment data, WeightType type, int rows, int columns, int width,
        long panelBytes) implements PackedWeights {

    private static final long LINE = 64;
    private static final long BAD_DISTANCE = 1024;

    /** Weights yet to be filled in take so many bytes from panel to panel. */
    static long panelBytes(WeightType type, int columns, int width) {
        long bytes = depthBytes(type, columns, width);
        // Panels a power of two apart would contend for the same lines of the first-level cache.
        return bytes % BAD_DISTANCE == 0 ? bytes + 3 * LINE : bytes;
    }

    /** Bytes of the first {@code depth} k of a panel; an odd depth in BF16 counts its padding. */
    static long depthBytes(WeightType type, int depth, int width) {
        return (long) width * Float.BYTES * (type == WeightType.F32 ? depth : (depth + 1) / 2);
    }

    /** Byte offset of an even k in a panel. */
    long at(int panel, int k) {
        return panel * panelBytes + depthBytes(type, k, width);
    }

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
