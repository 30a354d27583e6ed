package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;

import jdk.incubator.vector.FloatVector;

/**
 * The register tiles of one weight format (DESIGN section 5). A panel is one vector wide: {@code [depth][lanes]} in F32,
 * or {@code [ceil(depth / 2)][lanes]} ints of two BF16 weights each, the even k in the low half; columns beyond the last
 * output and the half beyond an odd depth are padding. A tile walks several adjacent panels at once, since one stream
 * of reads does not fill the way to memory. It continues the chains of fused multiply-adds stored in {@code c}, for k
 * from 0 upward: {@code c[r][j] = fma(a[r][k], w[k][j], c[r][j])}. So any tiling gives the same bits.
 */
abstract class PanelTiles {

    private static final int LANES = FloatVector.SPECIES_PREFERRED.length();

    private final WeightType type;
    private final int panels;
    private final int maxRows;

    /**
     * @param type F32 or BF16
     * @param panels that a tile walks at once
     * @param maxRows rows of the largest tile to use
     * @param limit rows of the largest tile there is
     */
    PanelTiles(WeightType type, int panels, int maxRows, int limit) {
        if (maxRows < 1 || maxRows > limit) {
            throw new IllegalArgumentException("tiles have 1 to " + limit + " rows, not " + maxRows);
        }
        this.type = type;
        this.panels = panels;
        this.maxRows = maxRows;
    }

    /** Columns of a panel. */
    static int width() {
        return LANES;
    }

    final WeightType type() {
        return type;
    }

    /** Panels of a tile. */
    final int panels() {
        return panels;
    }

    /** Rows of the largest tile to use. */
    final int maxRows() {
        return maxRows;
    }

    /** For the log: rows x vectors. */
    final String shape() {
        return maxRows + "x" + panels;
    }

    /**
     * Adjacent panels, or a part of them that begins at an even k and, in BF16, has an even depth.
     *
     * @param rows 1 to {@link #maxRows()}
     * @param a activations; row r begins at {@code a0 + r * aStride}
     * @param w0 byte offset in {@code w} of the first k of the first panel
     * @param panelBytes from one panel to the next
     * @param depth how many k
     * @param c sums, {@code panels * width} a row; row r begins at {@code c0 + r * cStride}
     */
    abstract void tile(int rows, float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes, int depth,
            float[] c, int c0, int cStride);
}
