package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;

import jdk.incubator.vector.FloatVector;

/**
 * The register tiles of one weight format over panels of one width (DESIGN section 5). A panel is {@code [depth][width]}
 * in F32, or {@code [ceil(depth / 2)][width]} ints of two BF16 weights each; columns beyond the last output and the half
 * beyond an odd depth are padding. A tile continues the chains of fused multiply-adds stored in {@code c}, for k from 0
 * upward: {@code c[r][j] = fma(a[r][k], w[k][j], c[r][j])}. So any tiling gives the same bits.
 */
abstract class PanelTiles {

    private static final int LANES = FloatVector.SPECIES_PREFERRED.length();

    private final WeightType type;
    private final int vectors;
    private final int maxRows;

    /**
     * @param type F32 or BF16
     * @param vectors width of a panel in vectors
     * @param maxRows rows of the largest tile to use
     * @param limit rows of the largest tile there is
     */
    PanelTiles(WeightType type, int vectors, int maxRows, int limit) {
        if (maxRows < 1 || maxRows > limit) {
            throw new IllegalArgumentException("tiles have 1 to " + limit + " rows, not " + maxRows);
        }
        this.type = type;
        this.vectors = vectors;
        this.maxRows = maxRows;
    }

    final WeightType type() {
        return type;
    }

    /** Columns of a panel. */
    final int width() {
        return vectors * LANES;
    }

    /** Rows of the largest tile to use. */
    final int maxRows() {
        return maxRows;
    }

    /** For the log: rows x vectors. */
    final String shape() {
        return maxRows + "x" + vectors;
    }

    /** Bytes of one panel, or of its first {@code depth} k where that is even or the format F32. */
    final long panelBytes(int depth) {
        return (long) width() * Float.BYTES * (type == WeightType.F32 ? depth : (depth + 1) / 2);
    }

    /** Adjacent panels that {@link #strip} walks at once with so many rows; 1: there is no strip of so many rows. */
    abstract int panelsAtOnce(int rows);

    /**
     * One panel, or a part of it that begins at an even k.
     *
     * @param rows 1 to {@link #maxRows()}
     * @param a activations; row r begins at {@code a0 + r * aStride}
     * @param w0 byte offset in {@code w} of the first k
     * @param depth how many k
     * @param c sums, {@link #width()} a row; row r begins at {@code c0 + r * cStride}
     */
    abstract void tile(int rows, float[] a, int a0, int aStride, MemorySegment w, long w0, int depth, float[] c, int c0,
            int cStride);

    /**
     * As {@link #tile}, for few rows: {@link #panelsAtOnce} adjacent panels in one loop, {@code panelBytes} apart, so
     * that enough sums are in flight to hide the latency of an addition, and enough lines to hide that of memory.
     */
    abstract void strip(int rows, float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes, int depth,
            float[] c, int c0, int cStride);
}
