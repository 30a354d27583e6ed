package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.LSHL;

/**
 * BF16 tiles of two panels. Written out, since accumulators in arrays would be boxed.
 */
final class Bf16TilesX2 extends PanelTiles {

    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final int HIGH = 0xffff0000;
    private static final int L = F.length();
    /** Bytes of a vector: two k of a panel. */
    private static final int V = L * Float.BYTES;

    Bf16TilesX2(int maxRows) {
        super(WeightType.BF16, 2, maxRows, 5);
    }

    @Override
    void tile(int rows, float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
            int depth, float[] c, int c0, int cStride) {
        switch (rows) {
            case 1 -> Bf16FewRowsX2.rows1panels2(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
            case 2 -> Bf16FewRowsX2.rows2panels2(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
            case 3 -> Bf16FewRowsX2.rows3panels2(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
            case 4 -> rows4panels2(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
            case 5 -> rows5panels2(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
            default -> throw new IllegalArgumentException(rows + " rows");
        }
    }

    private static void rows4panels2(float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
            int depth, float[] c, int c0, int cStride) {
        int a1 = a0 + aStride;
        int c1 = c0 + cStride;
        int a2 = a1 + aStride;
        int c2 = c1 + cStride;
        int a3 = a2 + aStride;
        int c3 = c2 + cStride;
        FloatVector s00 = FloatVector.fromArray(F, c, c0);
        FloatVector s01 = FloatVector.fromArray(F, c, c0 + L);
        FloatVector s10 = FloatVector.fromArray(F, c, c1);
        FloatVector s11 = FloatVector.fromArray(F, c, c1 + L);
        FloatVector s20 = FloatVector.fromArray(F, c, c2);
        FloatVector s21 = FloatVector.fromArray(F, c, c2 + L);
        FloatVector s30 = FloatVector.fromArray(F, c, c3);
        FloatVector s31 = FloatVector.fromArray(F, c, c3 + L);
        long w1 = w0 + panelBytes;
        int pairs = depth >> 1;
        for (int k = 0; k < pairs; k++) {
            long at = (long) k * V;
            IntVector b0 = IntVector.fromMemorySegment(I, w, w0 + at, LITTLE_ENDIAN);
            FloatVector e0 = b0.lanewise(LSHL, 16).reinterpretAsFloats();
            IntVector b1 = IntVector.fromMemorySegment(I, w, w1 + at, LITTLE_ENDIAN);
            FloatVector e1 = b1.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector x0 = FloatVector.broadcast(F, a[a0 + 2 * k]);
            s00 = e0.fma(x0, s00);
            s01 = e1.fma(x0, s01);
            FloatVector x1 = FloatVector.broadcast(F, a[a1 + 2 * k]);
            s10 = e0.fma(x1, s10);
            s11 = e1.fma(x1, s11);
            FloatVector x2 = FloatVector.broadcast(F, a[a2 + 2 * k]);
            s20 = e0.fma(x2, s20);
            s21 = e1.fma(x2, s21);
            FloatVector x3 = FloatVector.broadcast(F, a[a3 + 2 * k]);
            s30 = e0.fma(x3, s30);
            s31 = e1.fma(x3, s31);
            FloatVector o0 = b0.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector o1 = b1.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector y0 = FloatVector.broadcast(F, a[a0 + 2 * k + 1]);
            s00 = o0.fma(y0, s00);
            s01 = o1.fma(y0, s01);
            FloatVector y1 = FloatVector.broadcast(F, a[a1 + 2 * k + 1]);
            s10 = o0.fma(y1, s10);
            s11 = o1.fma(y1, s11);
            FloatVector y2 = FloatVector.broadcast(F, a[a2 + 2 * k + 1]);
            s20 = o0.fma(y2, s20);
            s21 = o1.fma(y2, s21);
            FloatVector y3 = FloatVector.broadcast(F, a[a3 + 2 * k + 1]);
            s30 = o0.fma(y3, s30);
            s31 = o1.fma(y3, s31);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + L);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + L);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + L);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + L);
    }

    private static void rows5panels2(float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
            int depth, float[] c, int c0, int cStride) {
        int a1 = a0 + aStride;
        int c1 = c0 + cStride;
        int a2 = a1 + aStride;
        int c2 = c1 + cStride;
        int a3 = a2 + aStride;
        int c3 = c2 + cStride;
        int a4 = a3 + aStride;
        int c4 = c3 + cStride;
        FloatVector s00 = FloatVector.fromArray(F, c, c0);
        FloatVector s01 = FloatVector.fromArray(F, c, c0 + L);
        FloatVector s10 = FloatVector.fromArray(F, c, c1);
        FloatVector s11 = FloatVector.fromArray(F, c, c1 + L);
        FloatVector s20 = FloatVector.fromArray(F, c, c2);
        FloatVector s21 = FloatVector.fromArray(F, c, c2 + L);
        FloatVector s30 = FloatVector.fromArray(F, c, c3);
        FloatVector s31 = FloatVector.fromArray(F, c, c3 + L);
        FloatVector s40 = FloatVector.fromArray(F, c, c4);
        FloatVector s41 = FloatVector.fromArray(F, c, c4 + L);
        long w1 = w0 + panelBytes;
        int pairs = depth >> 1;
        for (int k = 0; k < pairs; k++) {
            long at = (long) k * V;
            IntVector b0 = IntVector.fromMemorySegment(I, w, w0 + at, LITTLE_ENDIAN);
            FloatVector e0 = b0.lanewise(LSHL, 16).reinterpretAsFloats();
            IntVector b1 = IntVector.fromMemorySegment(I, w, w1 + at, LITTLE_ENDIAN);
            FloatVector e1 = b1.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector x0 = FloatVector.broadcast(F, a[a0 + 2 * k]);
            s00 = e0.fma(x0, s00);
            s01 = e1.fma(x0, s01);
            FloatVector x1 = FloatVector.broadcast(F, a[a1 + 2 * k]);
            s10 = e0.fma(x1, s10);
            s11 = e1.fma(x1, s11);
            FloatVector x2 = FloatVector.broadcast(F, a[a2 + 2 * k]);
            s20 = e0.fma(x2, s20);
            s21 = e1.fma(x2, s21);
            FloatVector x3 = FloatVector.broadcast(F, a[a3 + 2 * k]);
            s30 = e0.fma(x3, s30);
            s31 = e1.fma(x3, s31);
            FloatVector x4 = FloatVector.broadcast(F, a[a4 + 2 * k]);
            s40 = e0.fma(x4, s40);
            s41 = e1.fma(x4, s41);
            FloatVector o0 = b0.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector o1 = b1.lanewise(AND, HIGH).reinterpretAsFloats();
            FloatVector y0 = FloatVector.broadcast(F, a[a0 + 2 * k + 1]);
            s00 = o0.fma(y0, s00);
            s01 = o1.fma(y0, s01);
            FloatVector y1 = FloatVector.broadcast(F, a[a1 + 2 * k + 1]);
            s10 = o0.fma(y1, s10);
            s11 = o1.fma(y1, s11);
            FloatVector y2 = FloatVector.broadcast(F, a[a2 + 2 * k + 1]);
            s20 = o0.fma(y2, s20);
            s21 = o1.fma(y2, s21);
            FloatVector y3 = FloatVector.broadcast(F, a[a3 + 2 * k + 1]);
            s30 = o0.fma(y3, s30);
            s31 = o1.fma(y3, s31);
            FloatVector y4 = FloatVector.broadcast(F, a[a4 + 2 * k + 1]);
            s40 = o0.fma(y4, s40);
            s41 = o1.fma(y4, s41);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + L);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + L);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + L);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + L);
        s40.intoArray(c, c4);
        s41.intoArray(c, c4 + L);
    }
}
