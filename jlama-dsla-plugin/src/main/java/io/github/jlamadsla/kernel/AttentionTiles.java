package io.github.jlamadsla.kernel;

import jdk.incubator.vector.FloatVector;

import static io.github.jlamadsla.kernel.VectorMath.F;
import static io.github.jlamadsla.kernel.VectorMath.LANES;

/**
 * Small products {@code C[r][n] = C[r][n] * factor[r] + sum over k of A[r][k] * B[k][n]} by register tiles: some rows
 * times some vectors of columns. Every element is one chain of fused multiply-adds over ascending k, so the tile does
 * not show in the bits.
 */
final class AttentionTiles {

    /** Elements from one row of B to the next: a constant, so that bounds checks leave the loops. */
    static final int STRIDE = 64;

    /** 512-bit machines have 32 vector registers, enough for tiles of 4 x 4; others may have 16. */
    private static final boolean MANY_REGISTERS = F.vectorBitSize() == 512;

    /**
     * @param a {@code A}, row r at {@code r * aStride}
     * @param b {@code B}, row k at {@code bAt + k * STRIDE}
     * @param c {@code C}, row r at {@code cAt + r * cStride}
     * @param factors one per row of C, or null: C is not read and counts as 0
     */
    record Product(float[] a, int aStride, float[] b, int bAt, float[] c, int cAt, int cStride, float[] factors) {}

    private AttentionTiles() {}

    /**
     * The rows {@code [first, last)} of C, columns {@code [0, columns)}, over k in {@code [from, to)}. Columns are a
     * multiple of {@link VectorMath#LANES}.
     */
    static void multiply(Product p, int first, int last, int columns, int from, int to) {
        multiply(p, first, last, columns, from, to, MANY_REGISTERS);
    }

    /** @param wide whether tiles may need 32 registers */
    static void multiply(Product p, int first, int last, int columns, int from, int to, boolean wide) {
        int fours = first + (last - first) / 4 * 4;
        fourRows(p, first, fours, columns, from, to, wide);
        fewRows(p, fours, last, columns, from, to);
    }

    private static void fourRows(Product p, int first, int last, int columns, int from, int to, boolean wide) {
        int column = 0;
        if (wide) {
            for (; column <= columns - 4 * LANES; column += 4 * LANES) {
                for (int r = first; r < last; r += 4) {
                    fourByFour(p, r, column, from, to);
                }
            }
        }
        for (; column <= columns - 2 * LANES; column += 2 * LANES) {
            for (int r = first; r < last; r += 4) {
                fourByTwo(p, r, column, from, to);
            }
        }
        if (column < columns) {
            for (int r = first; r < last; r += 4) {
                fourByOne(p, r, column, from, to);
            }
        }
    }

    /** At most three rows. */
    private static void fewRows(Product p, int first, int last, int columns, int from, int to) {
        int r = first;
        if (r <= last - 2) {
            int column = 0;
            for (; column <= columns - 4 * LANES; column += 4 * LANES) {
                twoByFour(p, r, column, from, to);
            }
            for (; column < columns; column += LANES) {
                twoByOne(p, r, column, from, to);
            }
            r += 2;
        }
        if (r < last) {
            int column = 0;
            for (; column <= columns - 4 * LANES; column += 4 * LANES) {
                oneByFour(p, r, column, from, to);
            }
            for (; column < columns; column += LANES) {
                oneByOne(p, r, column, from, to);
            }
        }
    }

    private static FloatVector start(Product p, int row, int at) {
        return p.factors() == null ? FloatVector.zero(F) : FloatVector.fromArray(F, p.c(), at).mul(p.factors()[row]);
    }

    private static void fourByFour(Product p, int row, int column, int from, int to) {
        float[] b = p.b();
        int b0 = p.bAt() + column;
        float[] a = p.a();
        float[] c = p.c();
        int a0 = row * p.aStride();
        int a1 = a0 + p.aStride();
        int a2 = a1 + p.aStride();
        int a3 = a2 + p.aStride();
        int c0 = p.cAt() + row * p.cStride() + column;
        int c1 = c0 + p.cStride();
        int c2 = c1 + p.cStride();
        int c3 = c2 + p.cStride();
        FloatVector s00 = start(p, row, c0);
        FloatVector s01 = start(p, row, c0 + LANES);
        FloatVector s02 = start(p, row, c0 + 2 * LANES);
        FloatVector s03 = start(p, row, c0 + 3 * LANES);
        FloatVector s10 = start(p, row + 1, c1);
        FloatVector s11 = start(p, row + 1, c1 + LANES);
        FloatVector s12 = start(p, row + 1, c1 + 2 * LANES);
        FloatVector s13 = start(p, row + 1, c1 + 3 * LANES);
        FloatVector s20 = start(p, row + 2, c2);
        FloatVector s21 = start(p, row + 2, c2 + LANES);
        FloatVector s22 = start(p, row + 2, c2 + 2 * LANES);
        FloatVector s23 = start(p, row + 2, c2 + 3 * LANES);
        FloatVector s30 = start(p, row + 3, c3);
        FloatVector s31 = start(p, row + 3, c3 + LANES);
        FloatVector s32 = start(p, row + 3, c3 + 2 * LANES);
        FloatVector s33 = start(p, row + 3, c3 + 3 * LANES);
        for (int k = from; k < to; k++) {
            int at = b0 + k * STRIDE;
            FloatVector x0 = FloatVector.fromArray(F, b, at);
            FloatVector x1 = FloatVector.fromArray(F, b, at + LANES);
            FloatVector x2 = FloatVector.fromArray(F, b, at + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(F, b, at + 3 * LANES);
            FloatVector f = FloatVector.broadcast(F, a[a0 + k]);
            s00 = x0.fma(f, s00);
            s01 = x1.fma(f, s01);
            s02 = x2.fma(f, s02);
            s03 = x3.fma(f, s03);
            f = FloatVector.broadcast(F, a[a1 + k]);
            s10 = x0.fma(f, s10);
            s11 = x1.fma(f, s11);
            s12 = x2.fma(f, s12);
            s13 = x3.fma(f, s13);
            f = FloatVector.broadcast(F, a[a2 + k]);
            s20 = x0.fma(f, s20);
            s21 = x1.fma(f, s21);
            s22 = x2.fma(f, s22);
            s23 = x3.fma(f, s23);
            f = FloatVector.broadcast(F, a[a3 + k]);
            s30 = x0.fma(f, s30);
            s31 = x1.fma(f, s31);
            s32 = x2.fma(f, s32);
            s33 = x3.fma(f, s33);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s02.intoArray(c, c0 + 2 * LANES);
        s03.intoArray(c, c0 + 3 * LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s12.intoArray(c, c1 + 2 * LANES);
        s13.intoArray(c, c1 + 3 * LANES);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LANES);
        s22.intoArray(c, c2 + 2 * LANES);
        s23.intoArray(c, c2 + 3 * LANES);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + LANES);
        s32.intoArray(c, c3 + 2 * LANES);
        s33.intoArray(c, c3 + 3 * LANES);
    }

    private static void fourByTwo(Product p, int row, int column, int from, int to) {
        float[] b = p.b();
        int b0 = p.bAt() + column;
        float[] a = p.a();
        float[] c = p.c();
        int a0 = row * p.aStride();
        int a1 = a0 + p.aStride();
        int a2 = a1 + p.aStride();
        int a3 = a2 + p.aStride();
        int c0 = p.cAt() + row * p.cStride() + column;
        int c1 = c0 + p.cStride();
        int c2 = c1 + p.cStride();
        int c3 = c2 + p.cStride();
        FloatVector s00 = start(p, row, c0);
        FloatVector s01 = start(p, row, c0 + LANES);
        FloatVector s10 = start(p, row + 1, c1);
        FloatVector s11 = start(p, row + 1, c1 + LANES);
        FloatVector s20 = start(p, row + 2, c2);
        FloatVector s21 = start(p, row + 2, c2 + LANES);
        FloatVector s30 = start(p, row + 3, c3);
        FloatVector s31 = start(p, row + 3, c3 + LANES);
        for (int k = from; k < to; k++) {
            int at = b0 + k * STRIDE;
            FloatVector x0 = FloatVector.fromArray(F, b, at);
            FloatVector x1 = FloatVector.fromArray(F, b, at + LANES);
            FloatVector f = FloatVector.broadcast(F, a[a0 + k]);
            s00 = x0.fma(f, s00);
            s01 = x1.fma(f, s01);
            f = FloatVector.broadcast(F, a[a1 + k]);
            s10 = x0.fma(f, s10);
            s11 = x1.fma(f, s11);
            f = FloatVector.broadcast(F, a[a2 + k]);
            s20 = x0.fma(f, s20);
            s21 = x1.fma(f, s21);
            f = FloatVector.broadcast(F, a[a3 + k]);
            s30 = x0.fma(f, s30);
            s31 = x1.fma(f, s31);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LANES);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + LANES);
    }

    private static void fourByOne(Product p, int row, int column, int from, int to) {
        float[] b = p.b();
        int b0 = p.bAt() + column;
        float[] a = p.a();
        float[] c = p.c();
        int a0 = row * p.aStride();
        int a1 = a0 + p.aStride();
        int a2 = a1 + p.aStride();
        int a3 = a2 + p.aStride();
        int c0 = p.cAt() + row * p.cStride() + column;
        int c1 = c0 + p.cStride();
        int c2 = c1 + p.cStride();
        int c3 = c2 + p.cStride();
        FloatVector s00 = start(p, row, c0);
        FloatVector s10 = start(p, row + 1, c1);
        FloatVector s20 = start(p, row + 2, c2);
        FloatVector s30 = start(p, row + 3, c3);
        for (int k = from; k < to; k++) {
            int at = b0 + k * STRIDE;
            FloatVector x0 = FloatVector.fromArray(F, b, at);
            FloatVector f = FloatVector.broadcast(F, a[a0 + k]);
            s00 = x0.fma(f, s00);
            f = FloatVector.broadcast(F, a[a1 + k]);
            s10 = x0.fma(f, s10);
            f = FloatVector.broadcast(F, a[a2 + k]);
            s20 = x0.fma(f, s20);
            f = FloatVector.broadcast(F, a[a3 + k]);
            s30 = x0.fma(f, s30);
        }
        s00.intoArray(c, c0);
        s10.intoArray(c, c1);
        s20.intoArray(c, c2);
        s30.intoArray(c, c3);
    }

    private static void twoByFour(Product p, int row, int column, int from, int to) {
        float[] b = p.b();
        int b0 = p.bAt() + column;
        float[] a = p.a();
        float[] c = p.c();
        int a0 = row * p.aStride();
        int a1 = a0 + p.aStride();
        int c0 = p.cAt() + row * p.cStride() + column;
        int c1 = c0 + p.cStride();
        FloatVector s00 = start(p, row, c0);
        FloatVector s01 = start(p, row, c0 + LANES);
        FloatVector s02 = start(p, row, c0 + 2 * LANES);
        FloatVector s03 = start(p, row, c0 + 3 * LANES);
        FloatVector s10 = start(p, row + 1, c1);
        FloatVector s11 = start(p, row + 1, c1 + LANES);
        FloatVector s12 = start(p, row + 1, c1 + 2 * LANES);
        FloatVector s13 = start(p, row + 1, c1 + 3 * LANES);
        for (int k = from; k < to; k++) {
            int at = b0 + k * STRIDE;
            FloatVector x0 = FloatVector.fromArray(F, b, at);
            FloatVector x1 = FloatVector.fromArray(F, b, at + LANES);
            FloatVector x2 = FloatVector.fromArray(F, b, at + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(F, b, at + 3 * LANES);
            FloatVector f = FloatVector.broadcast(F, a[a0 + k]);
            s00 = x0.fma(f, s00);
            s01 = x1.fma(f, s01);
            s02 = x2.fma(f, s02);
            s03 = x3.fma(f, s03);
            f = FloatVector.broadcast(F, a[a1 + k]);
            s10 = x0.fma(f, s10);
            s11 = x1.fma(f, s11);
            s12 = x2.fma(f, s12);
            s13 = x3.fma(f, s13);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s02.intoArray(c, c0 + 2 * LANES);
        s03.intoArray(c, c0 + 3 * LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s12.intoArray(c, c1 + 2 * LANES);
        s13.intoArray(c, c1 + 3 * LANES);
    }

    private static void twoByOne(Product p, int row, int column, int from, int to) {
        float[] b = p.b();
        int b0 = p.bAt() + column;
        float[] a = p.a();
        float[] c = p.c();
        int a0 = row * p.aStride();
        int a1 = a0 + p.aStride();
        int c0 = p.cAt() + row * p.cStride() + column;
        int c1 = c0 + p.cStride();
        FloatVector s00 = start(p, row, c0);
        FloatVector s10 = start(p, row + 1, c1);
        for (int k = from; k < to; k++) {
            int at = b0 + k * STRIDE;
            FloatVector x0 = FloatVector.fromArray(F, b, at);
            FloatVector f = FloatVector.broadcast(F, a[a0 + k]);
            s00 = x0.fma(f, s00);
            f = FloatVector.broadcast(F, a[a1 + k]);
            s10 = x0.fma(f, s10);
        }
        s00.intoArray(c, c0);
        s10.intoArray(c, c1);
    }

    private static void oneByFour(Product p, int row, int column, int from, int to) {
        float[] b = p.b();
        int b0 = p.bAt() + column;
        float[] a = p.a();
        float[] c = p.c();
        int a0 = row * p.aStride();
        int c0 = p.cAt() + row * p.cStride() + column;
        FloatVector s00 = start(p, row, c0);
        FloatVector s01 = start(p, row, c0 + LANES);
        FloatVector s02 = start(p, row, c0 + 2 * LANES);
        FloatVector s03 = start(p, row, c0 + 3 * LANES);
        for (int k = from; k < to; k++) {
            int at = b0 + k * STRIDE;
            FloatVector x0 = FloatVector.fromArray(F, b, at);
            FloatVector x1 = FloatVector.fromArray(F, b, at + LANES);
            FloatVector x2 = FloatVector.fromArray(F, b, at + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(F, b, at + 3 * LANES);
            FloatVector f = FloatVector.broadcast(F, a[a0 + k]);
            s00 = x0.fma(f, s00);
            s01 = x1.fma(f, s01);
            s02 = x2.fma(f, s02);
            s03 = x3.fma(f, s03);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s02.intoArray(c, c0 + 2 * LANES);
        s03.intoArray(c, c0 + 3 * LANES);
    }

    private static void oneByOne(Product p, int row, int column, int from, int to) {
        float[] b = p.b();
        int b0 = p.bAt() + column;
        float[] a = p.a();
        float[] c = p.c();
        int a0 = row * p.aStride();
        int c0 = p.cAt() + row * p.cStride() + column;
        FloatVector s00 = start(p, row, c0);
        for (int k = from; k < to; k++) {
            int at = b0 + k * STRIDE;
            FloatVector x0 = FloatVector.fromArray(F, b, at);
            FloatVector f = FloatVector.broadcast(F, a[a0 + k]);
            s00 = x0.fma(f, s00);
        }
        s00.intoArray(c, c0);
    }
}
