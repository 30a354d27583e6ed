package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * F32 tiles of 1 to 3 rows and four panels, for the rows that {@link F32TilesX4} leaves over.
 */
final class F32FewRowsX4 {

    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final int L = F.length();
    /** Bytes of a vector: one k of a panel. */
    private static final int V = L * Float.BYTES;

    private F32FewRowsX4() {}

    static void rows1panels4(float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
            int depth, float[] c, int c0, int cStride) {
        FloatVector s00 = FloatVector.fromArray(F, c, c0);
        FloatVector s01 = FloatVector.fromArray(F, c, c0 + L);
        FloatVector s02 = FloatVector.fromArray(F, c, c0 + 2 * L);
        FloatVector s03 = FloatVector.fromArray(F, c, c0 + 3 * L);
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
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + L);
        s02.intoArray(c, c0 + 2 * L);
        s03.intoArray(c, c0 + 3 * L);
    }

    static void rows2panels4(float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
            int depth, float[] c, int c0, int cStride) {
        int a1 = a0 + aStride;
        int c1 = c0 + cStride;
        FloatVector s00 = FloatVector.fromArray(F, c, c0);
        FloatVector s01 = FloatVector.fromArray(F, c, c0 + L);
        FloatVector s02 = FloatVector.fromArray(F, c, c0 + 2 * L);
        FloatVector s03 = FloatVector.fromArray(F, c, c0 + 3 * L);
        FloatVector s10 = FloatVector.fromArray(F, c, c1);
        FloatVector s11 = FloatVector.fromArray(F, c, c1 + L);
        FloatVector s12 = FloatVector.fromArray(F, c, c1 + 2 * L);
        FloatVector s13 = FloatVector.fromArray(F, c, c1 + 3 * L);
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
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + L);
        s02.intoArray(c, c0 + 2 * L);
        s03.intoArray(c, c0 + 3 * L);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + L);
        s12.intoArray(c, c1 + 2 * L);
        s13.intoArray(c, c1 + 3 * L);
    }

    static void rows3panels4(float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
            int depth, float[] c, int c0, int cStride) {
        int a1 = a0 + aStride;
        int c1 = c0 + cStride;
        int a2 = a1 + aStride;
        int c2 = c1 + cStride;
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
    }
}
