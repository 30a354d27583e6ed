package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.LSHL;

/**
 * BF16 tiles of one panel, for those that the wider tiles leave over, and the last step of an odd depth.
 */
final class Bf16OnePanel {

    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final int HIGH = 0xffff0000;
    private static final int L = F.length();
    /** Bytes of a vector: two k of a panel. */
    private static final int V = L * Float.BYTES;

    private Bf16OnePanel() {}

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

    /** The last k of an odd depth, whose high half is padding, continues the stored chains of some panels. */
    static void last(int rows, int panels, float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
            float[] c, int c0, int cStride) {
        for (int r = 0; r < rows; r++) {
            FloatVector x = FloatVector.broadcast(F, a[a0 + r * aStride]);
            for (int p = 0; p < panels; p++) {
                int to = c0 + r * cStride + p * L;
                FloatVector even = IntVector.fromMemorySegment(I, w, w0 + p * panelBytes, LITTLE_ENDIAN)
                        .lanewise(LSHL, 16)
                        .reinterpretAsFloats();
                even.fma(x, FloatVector.fromArray(F, c, to)).intoArray(c, to);
            }
        }
    }

    private static void rows1panels1(float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
            int depth, float[] c, int c0, int cStride) {
        FloatVector s00 = FloatVector.fromArray(F, c, c0);
        int pairs = depth >> 1;
        for (int k = 0; k < pairs; k++) {
            long at = (long) k * V;
            IntVector b0 = IntVector.fromMemorySegment(I, w, w0 + at, LITTLE_ENDIAN);
            FloatVector e0 = b0.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector x0 = FloatVector.broadcast(F, a[a0 + 2 * k]);
            s00 = e0.fma(x0, s00);
            FloatVector o0 = b0.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector y0 = FloatVector.broadcast(F, a[a0 + 2 * k + 1]);
            s00 = o0.fma(y0, s00);
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
        int pairs = depth >> 1;
        for (int k = 0; k < pairs; k++) {
            long at = (long) k * V;
            IntVector b0 = IntVector.fromMemorySegment(I, w, w0 + at, LITTLE_ENDIAN);
            FloatVector e0 = b0.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector x0 = FloatVector.broadcast(F, a[a0 + 2 * k]);
            s00 = e0.fma(x0, s00);
            FloatVector x1 = FloatVector.broadcast(F, a[a1 + 2 * k]);
            s10 = e0.fma(x1, s10);
            FloatVector x2 = FloatVector.broadcast(F, a[a2 + 2 * k]);
            s20 = e0.fma(x2, s20);
            FloatVector x3 = FloatVector.broadcast(F, a[a3 + 2 * k]);
            s30 = e0.fma(x3, s30);
            FloatVector o0 = b0.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector y0 = FloatVector.broadcast(F, a[a0 + 2 * k + 1]);
            s00 = o0.fma(y0, s00);
            FloatVector y1 = FloatVector.broadcast(F, a[a1 + 2 * k + 1]);
            s10 = o0.fma(y1, s10);
            FloatVector y2 = FloatVector.broadcast(F, a[a2 + 2 * k + 1]);
            s20 = o0.fma(y2, s20);
            FloatVector y3 = FloatVector.broadcast(F, a[a3 + 2 * k + 1]);
            s30 = o0.fma(y3, s30);
        }
        s00.intoArray(c, c0);
        s10.intoArray(c, c1);
        s20.intoArray(c, c2);
        s30.intoArray(c, c3);
    }
}
