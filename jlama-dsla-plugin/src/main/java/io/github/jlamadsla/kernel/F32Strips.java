package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * F32 tiles for steps of 1 to 3 rows: as many panels side by side as give enough sums and memory streams.
 */
final class F32Strips {

    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final int L = F.length();
    /** Bytes of a vector: one k of a panel. */
    private static final int V = L * Float.BYTES;

    private F32Strips() {}

    static void rows1panels8(float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
            int depth, float[] c, int c0, int cStride) {
        FloatVector s00 = FloatVector.fromArray(F, c, c0);
        FloatVector s01 = FloatVector.fromArray(F, c, c0 + L);
        FloatVector s02 = FloatVector.fromArray(F, c, c0 + 2 * L);
        FloatVector s03 = FloatVector.fromArray(F, c, c0 + 3 * L);
        FloatVector s04 = FloatVector.fromArray(F, c, c0 + 4 * L);
        FloatVector s05 = FloatVector.fromArray(F, c, c0 + 5 * L);
        FloatVector s06 = FloatVector.fromArray(F, c, c0 + 6 * L);
        FloatVector s07 = FloatVector.fromArray(F, c, c0 + 7 * L);
        long w1 = w0 + panelBytes;
        long w2 = w1 + panelBytes;
        long w3 = w2 + panelBytes;
        long w4 = w3 + panelBytes;
        long w5 = w4 + panelBytes;
        long w6 = w5 + panelBytes;
        long w7 = w6 + panelBytes;
        for (int k = 0; k < depth; k++) {
            long at = (long) k * V;
            FloatVector b0 = FloatVector.fromMemorySegment(F, w, w0 + at, LITTLE_ENDIAN);
            FloatVector b1 = FloatVector.fromMemorySegment(F, w, w1 + at, LITTLE_ENDIAN);
            FloatVector b2 = FloatVector.fromMemorySegment(F, w, w2 + at, LITTLE_ENDIAN);
            FloatVector b3 = FloatVector.fromMemorySegment(F, w, w3 + at, LITTLE_ENDIAN);
            FloatVector b4 = FloatVector.fromMemorySegment(F, w, w4 + at, LITTLE_ENDIAN);
            FloatVector b5 = FloatVector.fromMemorySegment(F, w, w5 + at, LITTLE_ENDIAN);
            FloatVector b6 = FloatVector.fromMemorySegment(F, w, w6 + at, LITTLE_ENDIAN);
            FloatVector b7 = FloatVector.fromMemorySegment(F, w, w7 + at, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(F, a[a0 + k]);
            s00 = b0.fma(x0, s00);
            s01 = b1.fma(x0, s01);
            s02 = b2.fma(x0, s02);
            s03 = b3.fma(x0, s03);
            s04 = b4.fma(x0, s04);
            s05 = b5.fma(x0, s05);
            s06 = b6.fma(x0, s06);
            s07 = b7.fma(x0, s07);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + L);
        s02.intoArray(c, c0 + 2 * L);
        s03.intoArray(c, c0 + 3 * L);
        s04.intoArray(c, c0 + 4 * L);
        s05.intoArray(c, c0 + 5 * L);
        s06.intoArray(c, c0 + 6 * L);
        s07.intoArray(c, c0 + 7 * L);
    }

    static void rows2panels6(float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
            int depth, float[] c, int c0, int cStride) {
        int a1 = a0 + aStride;
        int c1 = c0 + cStride;
        FloatVector s00 = FloatVector.fromArray(F, c, c0);
        FloatVector s01 = FloatVector.fromArray(F, c, c0 + L);
        FloatVector s02 = FloatVector.fromArray(F, c, c0 + 2 * L);
        FloatVector s03 = FloatVector.fromArray(F, c, c0 + 3 * L);
        FloatVector s04 = FloatVector.fromArray(F, c, c0 + 4 * L);
        FloatVector s05 = FloatVector.fromArray(F, c, c0 + 5 * L);
        FloatVector s10 = FloatVector.fromArray(F, c, c1);
        FloatVector s11 = FloatVector.fromArray(F, c, c1 + L);
        FloatVector s12 = FloatVector.fromArray(F, c, c1 + 2 * L);
        FloatVector s13 = FloatVector.fromArray(F, c, c1 + 3 * L);
        FloatVector s14 = FloatVector.fromArray(F, c, c1 + 4 * L);
        FloatVector s15 = FloatVector.fromArray(F, c, c1 + 5 * L);
        long w1 = w0 + panelBytes;
        long w2 = w1 + panelBytes;
        long w3 = w2 + panelBytes;
        long w4 = w3 + panelBytes;
        long w5 = w4 + panelBytes;
        for (int k = 0; k < depth; k++) {
            long at = (long) k * V;
            FloatVector b0 = FloatVector.fromMemorySegment(F, w, w0 + at, LITTLE_ENDIAN);
            FloatVector b1 = FloatVector.fromMemorySegment(F, w, w1 + at, LITTLE_ENDIAN);
            FloatVector b2 = FloatVector.fromMemorySegment(F, w, w2 + at, LITTLE_ENDIAN);
            FloatVector b3 = FloatVector.fromMemorySegment(F, w, w3 + at, LITTLE_ENDIAN);
            FloatVector b4 = FloatVector.fromMemorySegment(F, w, w4 + at, LITTLE_ENDIAN);
            FloatVector b5 = FloatVector.fromMemorySegment(F, w, w5 + at, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(F, a[a0 + k]);
            s00 = b0.fma(x0, s00);
            s01 = b1.fma(x0, s01);
            s02 = b2.fma(x0, s02);
            s03 = b3.fma(x0, s03);
            s04 = b4.fma(x0, s04);
            s05 = b5.fma(x0, s05);
            FloatVector x1 = FloatVector.broadcast(F, a[a1 + k]);
            s10 = b0.fma(x1, s10);
            s11 = b1.fma(x1, s11);
            s12 = b2.fma(x1, s12);
            s13 = b3.fma(x1, s13);
            s14 = b4.fma(x1, s14);
            s15 = b5.fma(x1, s15);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + L);
        s02.intoArray(c, c0 + 2 * L);
        s03.intoArray(c, c0 + 3 * L);
        s04.intoArray(c, c0 + 4 * L);
        s05.intoArray(c, c0 + 5 * L);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + L);
        s12.intoArray(c, c1 + 2 * L);
        s13.intoArray(c, c1 + 3 * L);
        s14.intoArray(c, c1 + 4 * L);
        s15.intoArray(c, c1 + 5 * L);
    }

    static void rows3panels3(float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
            int depth, float[] c, int c0, int cStride) {
        int a1 = a0 + aStride;
        int c1 = c0 + cStride;
        int a2 = a1 + aStride;
        int c2 = c1 + cStride;
        FloatVector s00 = FloatVector.fromArray(F, c, c0);
        FloatVector s01 = FloatVector.fromArray(F, c, c0 + L);
        FloatVector s02 = FloatVector.fromArray(F, c, c0 + 2 * L);
        FloatVector s10 = FloatVector.fromArray(F, c, c1);
        FloatVector s11 = FloatVector.fromArray(F, c, c1 + L);
        FloatVector s12 = FloatVector.fromArray(F, c, c1 + 2 * L);
        FloatVector s20 = FloatVector.fromArray(F, c, c2);
        FloatVector s21 = FloatVector.fromArray(F, c, c2 + L);
        FloatVector s22 = FloatVector.fromArray(F, c, c2 + 2 * L);
        long w1 = w0 + panelBytes;
        long w2 = w1 + panelBytes;
        for (int k = 0; k < depth; k++) {
            long at = (long) k * V;
            FloatVector b0 = FloatVector.fromMemorySegment(F, w, w0 + at, LITTLE_ENDIAN);
            FloatVector b1 = FloatVector.fromMemorySegment(F, w, w1 + at, LITTLE_ENDIAN);
            FloatVector b2 = FloatVector.fromMemorySegment(F, w, w2 + at, LITTLE_ENDIAN);
            FloatVector x0 = FloatVector.broadcast(F, a[a0 + k]);
            s00 = b0.fma(x0, s00);
            s01 = b1.fma(x0, s01);
            s02 = b2.fma(x0, s02);
            FloatVector x1 = FloatVector.broadcast(F, a[a1 + k]);
            s10 = b0.fma(x1, s10);
            s11 = b1.fma(x1, s11);
            s12 = b2.fma(x1, s12);
            FloatVector x2 = FloatVector.broadcast(F, a[a2 + k]);
            s20 = b0.fma(x2, s20);
            s21 = b1.fma(x2, s21);
            s22 = b2.fma(x2, s22);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + L);
        s02.intoArray(c, c0 + 2 * L);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + L);
        s12.intoArray(c, c1 + 2 * L);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + L);
        s22.intoArray(c, c2 + 2 * L);
    }
}
