package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;

/** The tiles of a format that do not depend on the one chosen for batches; parameters as in {@link PanelTiles#tile}. */
final class FewRows {

    /** Up to so many rows in all there are {@linkplain #strip strips}. */
    static final int STRIP_ROWS = 3;

    private FewRows() {}

    /** How many panels a strip of so many rows walks at once. */
    static int stripPanels(WeightType type, int rows) {
        return switch (rows) {
            case 1 -> type == WeightType.F32 ? 8 : 6;
            case 2 -> 6;
            default -> 3;
        };
    }

    /** {@link #stripPanels} panels at once. */
    static void strip(WeightType type, int rows, float[] a, int a0, int aStride, MemorySegment w, long w0,
            long panelBytes, int depth, float[] c, int c0, int cStride) {
        if (type == WeightType.F32) {
            switch (rows) {
                case 1 -> F32Strips.rows1panels8(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
                case 2 -> F32Strips.rows2panels6(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
                default -> F32Strips.rows3panels3(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
            }
        } else {
            switch (rows) {
                case 1 -> Bf16Strips.rows1panels6(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
                case 2 -> Bf16Strips.rows2panels6(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
                default -> Bf16Strips.rows3panels3(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
            }
        }
    }

    /** One panel that others leave over, any number of rows. */
    static void onePanel(WeightType type, int rows, float[] a, int a0, int aStride, MemorySegment w, long w0, int depth,
            float[] c, int c0, int cStride) {
        if (type == WeightType.F32) {
            F32OnePanel.tile(rows, a, a0, aStride, w, w0, depth, c, c0, cStride);
        } else {
            Bf16OnePanel.tile(rows, a, a0, aStride, w, w0, depth, c, c0, cStride);
        }
    }
}
