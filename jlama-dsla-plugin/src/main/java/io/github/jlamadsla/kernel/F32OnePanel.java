package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * F32 tiles of one panel, for those that the wider tiles leave over.
 */
final class F32OnePanel {

    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final int L = F.length();
    /** Bytes of a vector: one k of a panel. */
    private static final int V = L * Float.BYTES;

    private F32OnePanel() {}

    /** As {@link PanelTiles#tile}, one panel, any number of rows. */
    static void tile(int rows, float[] a, int a0, int aStride, MemorySegment w, long w0, int depth, float[] c, int c0,
            int cStride) {
        int r = 0;
        for (; r + 4 <= rows; r += 4) {
            rows4panels1(a, a0 + r * aStride, aStride, w, w0, 0, depth, c, c0 + r * cStride, cStride);
        }
        for (; r < rows; r++) {
            rows1panels1(a, a0 + r * aStride, aStride, w, w0, 0, depth, c, c0 + r * cStride, cStride);
        }
    }

    private static void rows1panels1(float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
            int depth, float[] c, int c0, int cStride) {
        FloatVector s00 = FloatVector.fromArray(F, c, c0);
        for (int k = 0; k < depth; k++) {
            long at = (long) k * V;
            FloatVector b0 = FloatVector.fromMemorySegment(F, w, w0 + at, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(F, a[a0 + k]);
            s00 = b0.fma(x0, s00);
        }
        s00.intoArray(c, c0);
    }

    private static void rows4panels1(float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
            int depth, float[] c, int c0, int cStride) {
        int a1 = a0 + aStride;
        int c1 = c0 + cStride;
        int a2 = a1 + aStride;
        int c2 = c1 + cStride;
        int a3 = a2 + aStride;
        int c3 = c2 + cStride;
        FloatVector s00 = FloatVector.fromArray(F, c, c0);
        FloatVector s10 = FloatVector.fromArray(F, c, c1);
        FloatVector s20 = FloatVector.fromArray(F, c, c2);
        FloatVector s30 = FloatVector.fromArray(F, c, c3);
        for (int k = 0; k < depth; k++) {
            long at = (long) k * V;
            FloatVector b0 = FloatVector.fromMemorySegment(F, w, w0 + at, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(F, a[a0 + k]);
            s00 = b0.fma(x0, s00);
            FloatVector x1 = FloatVector.broadcast(F, a[a1 + k]);
            s10 = b0.fma(x1, s10);
            FloatVector x2 = FloatVector.broadcast(F, a[a2 + k]);
            s20 = b0.fma(x2, s20);
            FloatVector x3 = FloatVector.broadcast(F, a[a3 + k]);
            s30 = b0.fma(x3, s30);
        }
        s00.intoArray(c, c0);
        s10.intoArray(c, c1);
        s20.intoArray(c, c2);
        s30.intoArray(c, c3);
    }
}
