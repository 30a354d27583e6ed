package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * F32 tiles of three panels. Written out, since accumulators in arrays would be boxed.
 */
final class F32TilesX3 extends PanelTiles {

    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final int L = F.length();
    /** Bytes of a vector: one k of a panel. */
    private static final int V = L * Float.BYTES;

    F32TilesX3(int maxRows) {
        super(WeightType.F32, 3, maxRows, 7);
    }

    @Override
    void tile(int rows, float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
            int depth, float[] c, int c0, int cStride) {
        switch (rows) {
            case 1 -> F32FewRowsX3.rows1panels3(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
            case 2 -> F32FewRowsX3.rows2panels3(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
            case 3 -> F32FewRowsX3.rows3panels3(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
            case 4 -> rows4panels3(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
            case 5 -> rows5panels3(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
            case 6 -> rows6panels3(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
            case 7 -> rows7panels3(a, a0, aStride, w, w0, panelBytes, depth, c, c0, cStride);
            default -> throw new IllegalArgumentException(rows + " rows");
        }
    }

    private static void rows4panels3(float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
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
        FloatVector s10 = FloatVector.fromArray(F, c, c1);
        FloatVector s11 = FloatVector.fromArray(F, c, c1 + L);
        FloatVector s12 = FloatVector.fromArray(F, c, c1 + 2 * L);
        FloatVector s20 = FloatVector.fromArray(F, c, c2);
        FloatVector s21 = FloatVector.fromArray(F, c, c2 + L);
        FloatVector s22 = FloatVector.fromArray(F, c, c2 + 2 * L);
        FloatVector s30 = FloatVector.fromArray(F, c, c3);
        FloatVector s31 = FloatVector.fromArray(F, c, c3 + L);
        FloatVector s32 = FloatVector.fromArray(F, c, c3 + 2 * L);
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
            FloatVector x3 = FloatVector.broadcast(F, a[a3 + k]);
            s30 = b0.fma(x3, s30);
            s31 = b1.fma(x3, s31);
            s32 = b2.fma(x3, s32);
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
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + L);
        s32.intoArray(c, c3 + 2 * L);
    }

    private static void rows5panels3(float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
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
        FloatVector s02 = FloatVector.fromArray(F, c, c0 + 2 * L);
        FloatVector s10 = FloatVector.fromArray(F, c, c1);
        FloatVector s11 = FloatVector.fromArray(F, c, c1 + L);
        FloatVector s12 = FloatVector.fromArray(F, c, c1 + 2 * L);
        FloatVector s20 = FloatVector.fromArray(F, c, c2);
        FloatVector s21 = FloatVector.fromArray(F, c, c2 + L);
        FloatVector s22 = FloatVector.fromArray(F, c, c2 + 2 * L);
        FloatVector s30 = FloatVector.fromArray(F, c, c3);
        FloatVector s31 = FloatVector.fromArray(F, c, c3 + L);
        FloatVector s32 = FloatVector.fromArray(F, c, c3 + 2 * L);
        FloatVector s40 = FloatVector.fromArray(F, c, c4);
        FloatVector s41 = FloatVector.fromArray(F, c, c4 + L);
        FloatVector s42 = FloatVector.fromArray(F, c, c4 + 2 * L);
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
            FloatVector x3 = FloatVector.broadcast(F, a[a3 + k]);
            s30 = b0.fma(x3, s30);
            s31 = b1.fma(x3, s31);
            s32 = b2.fma(x3, s32);
            FloatVector x4 = FloatVector.broadcast(F, a[a4 + k]);
            s40 = b0.fma(x4, s40);
            s41 = b1.fma(x4, s41);
            s42 = b2.fma(x4, s42);
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
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + L);
        s32.intoArray(c, c3 + 2 * L);
        s40.intoArray(c, c4);
        s41.intoArray(c, c4 + L);
        s42.intoArray(c, c4 + 2 * L);
    }

    private static void rows6panels3(float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
            int depth, float[] c, int c0, int cStride) {
        int a1 = a0 + aStride;
        int c1 = c0 + cStride;
        int a2 = a1 + aStride;
        int c2 = c1 + cStride;
        int a3 = a2 + aStride;
        int c3 = c2 + cStride;
        int a4 = a3 + aStride;
        int c4 = c3 + cStride;
        int a5 = a4 + aStride;
        int c5 = c4 + cStride;
        FloatVector s00 = FloatVector.fromArray(F, c, c0);
        FloatVector s01 = FloatVector.fromArray(F, c, c0 + L);
        FloatVector s02 = FloatVector.fromArray(F, c, c0 + 2 * L);
        FloatVector s10 = FloatVector.fromArray(F, c, c1);
        FloatVector s11 = FloatVector.fromArray(F, c, c1 + L);
        FloatVector s12 = FloatVector.fromArray(F, c, c1 + 2 * L);
        FloatVector s20 = FloatVector.fromArray(F, c, c2);
        FloatVector s21 = FloatVector.fromArray(F, c, c2 + L);
        FloatVector s22 = FloatVector.fromArray(F, c, c2 + 2 * L);
        FloatVector s30 = FloatVector.fromArray(F, c, c3);
        FloatVector s31 = FloatVector.fromArray(F, c, c3 + L);
        FloatVector s32 = FloatVector.fromArray(F, c, c3 + 2 * L);
        FloatVector s40 = FloatVector.fromArray(F, c, c4);
        FloatVector s41 = FloatVector.fromArray(F, c, c4 + L);
        FloatVector s42 = FloatVector.fromArray(F, c, c4 + 2 * L);
        FloatVector s50 = FloatVector.fromArray(F, c, c5);
        FloatVector s51 = FloatVector.fromArray(F, c, c5 + L);
        FloatVector s52 = FloatVector.fromArray(F, c, c5 + 2 * L);
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
            FloatVector x3 = FloatVector.broadcast(F, a[a3 + k]);
            s30 = b0.fma(x3, s30);
            s31 = b1.fma(x3, s31);
            s32 = b2.fma(x3, s32);
            FloatVector x4 = FloatVector.broadcast(F, a[a4 + k]);
            s40 = b0.fma(x4, s40);
            s41 = b1.fma(x4, s41);
            s42 = b2.fma(x4, s42);
            FloatVector x5 = FloatVector.broadcast(F, a[a5 + k]);
            s50 = b0.fma(x5, s50);
            s51 = b1.fma(x5, s51);
            s52 = b2.fma(x5, s52);
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
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + L);
        s32.intoArray(c, c3 + 2 * L);
        s40.intoArray(c, c4);
        s41.intoArray(c, c4 + L);
        s42.intoArray(c, c4 + 2 * L);
        s50.intoArray(c, c5);
        s51.intoArray(c, c5 + L);
        s52.intoArray(c, c5 + 2 * L);
    }

    private static void rows7panels3(float[] a, int a0, int aStride, MemorySegment w, long w0, long panelBytes,
            int depth, float[] c, int c0, int cStride) {
        int a1 = a0 + aStride;
        int c1 = c0 + cStride;
        int a2 = a1 + aStride;
        int c2 = c1 + cStride;
        int a3 = a2 + aStride;
        int c3 = c2 + cStride;
        int a4 = a3 + aStride;
        int c4 = c3 + cStride;
        int a5 = a4 + aStride;
        int c5 = c4 + cStride;
        int a6 = a5 + aStride;
        int c6 = c5 + cStride;
        FloatVector s00 = FloatVector.fromArray(F, c, c0);
        FloatVector s01 = FloatVector.fromArray(F, c, c0 + L);
        FloatVector s02 = FloatVector.fromArray(F, c, c0 + 2 * L);
        FloatVector s10 = FloatVector.fromArray(F, c, c1);
        FloatVector s11 = FloatVector.fromArray(F, c, c1 + L);
        FloatVector s12 = FloatVector.fromArray(F, c, c1 + 2 * L);
        FloatVector s20 = FloatVector.fromArray(F, c, c2);
        FloatVector s21 = FloatVector.fromArray(F, c, c2 + L);
        FloatVector s22 = FloatVector.fromArray(F, c, c2 + 2 * L);
        FloatVector s30 = FloatVector.fromArray(F, c, c3);
        FloatVector s31 = FloatVector.fromArray(F, c, c3 + L);
        FloatVector s32 = FloatVector.fromArray(F, c, c3 + 2 * L);
        FloatVector s40 = FloatVector.fromArray(F, c, c4);
        FloatVector s41 = FloatVector.fromArray(F, c, c4 + L);
        FloatVector s42 = FloatVector.fromArray(F, c, c4 + 2 * L);
        FloatVector s50 = FloatVector.fromArray(F, c, c5);
        FloatVector s51 = FloatVector.fromArray(F, c, c5 + L);
        FloatVector s52 = FloatVector.fromArray(F, c, c5 + 2 * L);
        FloatVector s60 = FloatVector.fromArray(F, c, c6);
        FloatVector s61 = FloatVector.fromArray(F, c, c6 + L);
        FloatVector s62 = FloatVector.fromArray(F, c, c6 + 2 * L);
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
            FloatVector x3 = FloatVector.broadcast(F, a[a3 + k]);
            s30 = b0.fma(x3, s30);
            s31 = b1.fma(x3, s31);
            s32 = b2.fma(x3, s32);
            FloatVector x4 = FloatVector.broadcast(F, a[a4 + k]);
            s40 = b0.fma(x4, s40);
            s41 = b1.fma(x4, s41);
            s42 = b2.fma(x4, s42);
            FloatVector x5 = FloatVector.broadcast(F, a[a5 + k]);
            s50 = b0.fma(x5, s50);
            s51 = b1.fma(x5, s51);
            s52 = b2.fma(x5, s52);
            FloatVector x6 = FloatVector.broadcast(F, a[a6 + k]);
            s60 = b0.fma(x6, s60);
            s61 = b1.fma(x6, s61);
            s62 = b2.fma(x6, s62);
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
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + L);
        s32.intoArray(c, c3 + 2 * L);
        s40.intoArray(c, c4);
        s41.intoArray(c, c4 + L);
        s42.intoArray(c, c4 + 2 * L);
        s50.intoArray(c, c5);
        s51.intoArray(c, c5 + L);
        s52.intoArray(c, c5 + 2 * L);
        s60.intoArray(c, c6);
        s61.intoArray(c, c6 + L);
        s62.intoArray(c, c6 + 2 * L);
    }
}
