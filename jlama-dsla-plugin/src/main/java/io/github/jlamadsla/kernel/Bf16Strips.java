package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.LSHL;

/**
 * BF16 tiles for steps of 1 to 3 rows: as many panels side by side as give enough sums and memory streams.
 */
final class Bf16Strips {

    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final int HIGH = 0xffff0000;
    private static final int L = F.length();
    /** Bytes of a vector: two k of a panel. */
    private static final int V = L * Float.BYTES;

    private Bf16Strips() {}

    static void rows1panels6(float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
            int depth, float[] c, int c0, int cStride) {
        FloatVector s00 = FloatVector.fromArray(F, c, c0);
        FloatVector s01 = FloatVector.fromArray(F, c, c0 + L);
        FloatVector s02 = FloatVector.fromArray(F, c, c0 + 2 * L);
        FloatVector s03 = FloatVector.fromArray(F, c, c0 + 3 * L);
        FloatVector s04 = FloatVector.fromArray(F, c, c0 + 4 * L);
        FloatVector s05 = FloatVector.fromArray(F, c, c0 + 5 * L);
        long w1 = w0 + panelBytes;
        long w2 = w1 + panelBytes;
        long w3 = w2 + panelBytes;
        long w4 = w3 + panelBytes;
        long w5 = w4 + panelBytes;
        int pairs = depth >> 1;
        for (int k = 0; k < pairs; k++) {
            long at = (long) k * V;
            IntVector b0 = IntVector.fromMemorySegment(I, w, w0 + at, LITTLE_ENDIAN);
            FloatVector e0 = b0.lanewise(LSHL, 16).reinterpretAsFloats();
            IntVector b1 = IntVector.fromMemorySegment(I, w, w1 + at, LITTLE_ENDIAN);
            FloatVector e1 = b1.lanewise(LSHL, 16).reinterpretAsFloats();
            IntVector b2 = IntVector.fromMemorySegment(I, w, w2 + at, LITTLE_ENDIAN);
            FloatVector e2 = b2.lanewise(LSHL, 16).reinterpretAsFloats();
            IntVector b3 = IntVector.fromMemorySegment(I, w, w3 + at, LITTLE_ENDIAN);
            FloatVector e3 = b3.lanewise(LSHL, 16).reinterpretAsFloats();
            IntVector b4 = IntVector.fromMemorySegment(I, w, w4 + at, LITTLE_ENDIAN);
            FloatVector e4 = b4.lanewise(LSHL, 16).reinterpretAsFloats();
            IntVector b5 = IntVector.fromMemorySegment(I, w, w5 + at, LITTLE_ENDIAN);
            FloatVector e5 = b5.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector x0 = FloatVector.broadcast(F, a[a0 + 2 * k]);
            s00 = e0.fma(x0, s00);
            s01 = e1.fma(x0, s01);
            s02 = e2.fma(x0, s02);
            s03 = e3.fma(x0, s03);
            s04 = e4.fma(x0, s04);
            s05 = e5.fma(x0, s05);
            FloatVector o0 = b0.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector o1 = b1.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector o2 = b2.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector o3 = b3.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector o4 = b4.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector o5 = b5.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector y0 = FloatVector.broadcast(F, a[a0 + 2 * k + 1]);
            s00 = o0.fma(y0, s00);
            s01 = o1.fma(y0, s01);
            s02 = o2.fma(y0, s02);
            s03 = o3.fma(y0, s03);
            s04 = o4.fma(y0, s04);
            s05 = o5.fma(y0, s05);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + L);
        s02.intoArray(c, c0 + 2 * L);
        s03.intoArray(c, c0 + 3 * L);
        s04.intoArray(c, c0 + 4 * L);
        s05.intoArray(c, c0 + 5 * L);
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
        int pairs = depth >> 1;
        for (int k = 0; k < pairs; k++) {
            long at = (long) k * V;
            IntVector b0 = IntVector.fromMemorySegment(I, w, w0 + at, LITTLE_ENDIAN);
            FloatVector e0 = b0.lanewise(LSHL, 16).reinterpretAsFloats();
            IntVector b1 = IntVector.fromMemorySegment(I, w, w1 + at, LITTLE_ENDIAN);
            FloatVector e1 = b1.lanewise(LSHL, 16).reinterpretAsFloats();
            IntVector b2 = IntVector.fromMemorySegment(I, w, w2 + at, LITTLE_ENDIAN);
            FloatVector e2 = b2.lanewise(LSHL, 16).reinterpretAsFloats();
            IntVector b3 = IntVector.fromMemorySegment(I, w, w3 + at, LITTLE_ENDIAN);
            FloatVector e3 = b3.lanewise(LSHL, 16).reinterpretAsFloats();
            IntVector b4 = IntVector.fromMemorySegment(I, w, w4 + at, LITTLE_ENDIAN);
            FloatVector e4 = b4.lanewise(LSHL, 16).reinterpretAsFloats();
            IntVector b5 = IntVector.fromMemorySegment(I, w, w5 + at, LITTLE_ENDIAN);
            FloatVector e5 = b5.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector x0 = FloatVector.broadcast(F, a[a0 + 2 * k]);
            s00 = e0.fma(x0, s00);
            s01 = e1.fma(x0, s01);
            s02 = e2.fma(x0, s02);
            s03 = e3.fma(x0, s03);
            s04 = e4.fma(x0, s04);
            s05 = e5.fma(x0, s05);
            FloatVector x1 = FloatVector.broadcast(F, a[a1 + 2 * k]);
            s10 = e0.fma(x1, s10);
            s11 = e1.fma(x1, s11);
            s12 = e2.fma(x1, s12);
            s13 = e3.fma(x1, s13);
            s14 = e4.fma(x1, s14);
            s15 = e5.fma(x1, s15);
            FloatVector o0 = b0.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector o1 = b1.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector o2 = b2.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector o3 = b3.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector o4 = b4.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector o5 = b5.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector y0 = FloatVector.broadcast(F, a[a0 + 2 * k + 1]);
            s00 = o0.fma(y0, s00);
            s01 = o1.fma(y0, s01);
            s02 = o2.fma(y0, s02);
            s03 = o3.fma(y0, s03);
            s04 = o4.fma(y0, s04);
            s05 = o5.fma(y0, s05);
            FloatVector y1 = FloatVector.broadcast(F, a[a1 + 2 * k + 1]);
            s10 = o0.fma(y1, s10);
            s11 = o1.fma(y1, s11);
            s12 = o2.fma(y1, s12);
            s13 = o3.fma(y1, s13);
            s14 = o4.fma(y1, s14);
            s15 = o5.fma(y1, s15);
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
        int pairs = depth >> 1;
        for (int k = 0; k < pairs; k++) {
            long at = (long) k * V;
            IntVector b0 = IntVector.fromMemorySegment(I, w, w0 + at, LITTLE_ENDIAN);
            FloatVector e0 = b0.lanewise(LSHL, 16).reinterpretAsFloats();
            IntVector b1 = IntVector.fromMemorySegment(I, w, w1 + at, LITTLE_ENDIAN);
            FloatVector e1 = b1.lanewise(LSHL, 16).reinterpretAsFloats();
            IntVector b2 = IntVector.fromMemorySegment(I, w, w2 + at, LITTLE_ENDIAN);
            FloatVector e2 = b2.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector x0 = FloatVector.broadcast(F, a[a0 + 2 * k]);
            s00 = e0.fma(x0, s00);
            s01 = e1.fma(x0, s01);
            s02 = e2.fma(x0, s02);
            FloatVector x1 = FloatVector.broadcast(F, a[a1 + 2 * k]);
            s10 = e0.fma(x1, s10);
            s11 = e1.fma(x1, s11);
            s12 = e2.fma(x1, s12);
            FloatVector x2 = FloatVector.broadcast(F, a[a2 + 2 * k]);
            s20 = e0.fma(x2, s20);
            s21 = e1.fma(x2, s21);
            s22 = e2.fma(x2, s22);
            FloatVector o0 = b0.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector o1 = b1.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector o2 = b2.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector y0 = FloatVector.broadcast(F, a[a0 + 2 * k + 1]);
            s00 = o0.fma(y0, s00);
            s01 = o1.fma(y0, s01);
            s02 = o2.fma(y0, s02);
            FloatVector y1 = FloatVector.broadcast(F, a[a1 + 2 * k + 1]);
            s10 = o0.fma(y1, s10);
            s11 = o1.fma(y1, s11);
            s12 = o2.fma(y1, s12);
            FloatVector y2 = FloatVector.broadcast(F, a[a2 + 2 * k + 1]);
            s20 = o0.fma(y2, s20);
            s21 = o1.fma(y2, s21);
            s22 = o2.fma(y2, s22);
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
