package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * F32 tiles of four panels. Written out, since accumulators in arrays would be boxed.
 */
final class F32TilesX4 extends PanelTiles {

    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final int L = F.length();
    /** Bytes of a vector: one k of a panel. */
    private static final int V = L * Float.BYTES;

    F32TilesX4(int maxRows) {
        super(WeightType.F32, 4, maxRows, 4);
    }

    @Override
    void tile(int rows, float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
            int depth, float[] c, int c0, int cStride) {
        switch (rows) {
            case 1 -> F32FewRowsX4.rows1panels4(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
            case 2 -> F32FewRowsX4.rows2panels4(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
            case 3 -> F32FewRowsX4.rows3panels4(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
            case 4 -> rows4panels4(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
            default -> throw new IllegalArgumentException(rows + " rows");
        }
    }

    private static void rows4panels4(float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
            int depth, float[] c, int c0, int cStride) {
        int a1 = a0 + aStride;
        int c1 = c0 + cStride;
        int a2 = a1 + aStride;
        int c2 = c1 + cStride;
        int a3 = a2 + aStride;
        int c3 = c2 + cStride;
        FloatVector s00 = FloatVector.fromArray(F, c, c0);
        FloatVector s01 = FloatVector.fromArray(F, c, c0 + L);
        FloatVector s02 = FloatVector.fromArray(F, c, c0 + 2 * L);
        FloatVector s03 = FloatVector.fromArray(F, c, c0 + 3 * L);
        FloatVector s10 = FloatVector.fromArray(F, c, c1);
        FloatVector s11 = FloatVector.fromArray(F, c, c1 + L);
        FloatVector s12 = FloatVector.fromArray(F, c, c1 + 2 * L);
        FloatVector s13 = FloatVector.fromArray(F, c, c1 + 3 * L);
        FloatVector s20 = FloatVector.fromArray(F, c, c2);
        FloatVector s21 = FloatVector.fromArray(F, c, c2 + L);
        FloatVector s22 = FloatVector.fromArray(F, c, c2 + 2 * L);
        FloatVector s23 = FloatVector.fromArray(F, c, c2 + 3 * L);
        FloatVector s30 = FloatVector.fromArray(F, c, c3);
        FloatVector s31 = FloatVector.fromArray(F, c, c3 + L);
        FloatVector s32 = FloatVector.fromArray(F, c, c3 + 2 * L);
        FloatVector s33 = FloatVector.fromArray(F, c, c3 + 3 * L);
        long w1 = w0 + panelBytes;
        long w2 = w1 + panelBytes;
        long w3 = w2 + panelBytes;
        for (int k = 0; k < depth; k++) {
            long at = (long) k * V;
            FloatVector b0 = FloatVector.fromMemorySegment(F, w, w0 + at, LITTLE_ENDIAN);
            FloatVector b1 = FloatVector.fromMemorySegment(F, w, w1 + at, LITTLE_ENDIAN);
            FloatVector b2 = FloatVector.fromMemorySegment(F, w, w2 + at, LITTLE_ENDIAN);
            FloatVector b3 = FloatVector.fromMemorySegment(F, w, w3 + at, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(F, a[a0 + k]);
            s00 = b0.fma(x0, s00);
            s01 = b1.fma(x0, s01);
            s02 = b2.fma(x0, s02);
            s03 = b3.fma(x0, s03);
            FloatVector x1 = FloatVector.broadcast(F, a[a1 + k]);
            s10 = b0.fma(x1, s10);
            s11 = b1.fma(x1, s11);
            s12 = b2.fma(x1, s12);
            s13 = b3.fma(x1, s13);
            FloatVector x2 = FloatVector.broadcast(F, a[a2 + k]);
            s20 = b0.fma(x2, s20);
            s21 = b1.fma(x2, s21);
            s22 = b2.fma(x2, s22);
            s23 = b3.fma(x2, s23);
            FloatVector x3 = FloatVector.broadcast(F, a[a3 + k]);
            s30 = b0.fma(x3, s30);
            s31 = b1.fma(x3, s31);
            s32 = b2.fma(x3, s32);
            s33 = b3.fma(x3, s33);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + L);
        s02.intoArray(c, c0 + 2 * L);
        s03.intoArray(c, c0 + 3 * L);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + L);
        s12.intoArray(c, c1 + 2 * L);
        s13.intoArray(c, c1 + 3 * L);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + L);
        s22.intoArray(c, c2 + 2 * L);
        s23.intoArray(c, c2 + 3 * L);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + L);
        s32.intoArray(c, c3 + 2 * L);
        s33.intoArray(c, c3 + 3 * L);
    }
}
