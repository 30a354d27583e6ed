package io.github.jlamadsla.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

import static io.github.jlamadsla.kernel.VectorMath.F;
import static io.github.jlamadsla.kernel.VectorMath.LANES;

/**
 * {@link LogitOps} on the Vector API. Terms are floats; they are added up in floats for a stretch of the row only, and
 * the stretches in double, so that the length of the row costs no accuracy.
 */
final class VectorLogitOps implements LogitOps {

    /** Elements added up in floats: 16 to 128 additions into each partial sum. */
    private static final int STRETCH = 1_024;
    /** Two partial sums per lane: the additions of one need not wait for each other. */
    private static final int SUMS = 2 * LANES;

    @Override
    public int argmax(float[] x, int offset, int n) {
        float max = max(x, offset, n);
        if (Float.isNaN(max)) {
            return -1;
        }
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            VectorMask<Float> equal = FloatVector.fromArray(F, x, offset + i).compare(VectorOperators.EQ, max);
            if (equal.anyTrue()) {
                return i + equal.firstTrue();
            }
        }
        while (x[offset + i] != max) {
            i++;
        }
        return i;
    }

    private static float max(float[] x, int offset, int n) {
        FloatVector max = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        FloatVector max2 = max;
        int i = 0;
        for (; i <= n - 2 * LANES; i += 2 * LANES) {
            max = max.max(FloatVector.fromArray(F, x, offset + i));
            max2 = max2.max(FloatVector.fromArray(F, x, offset + i + LANES));
        }
        float most = max.max(max2).reduceLanes(VectorOperators.MAX);
        for (; i < n; i++) {
            most = Math.max(most, x[offset + i]);
        }
        return most;
    }

    @Override
    public double sumExp(float[] x, int offset, int n, float max) {
        float[] sums = new float[SUMS];
        double sum = 0;
        for (int from = 0; from < n; from += STRETCH) {
            sum += sumExp(x, offset + from, Math.min(STRETCH, n - from), max, sums);
        }
        return sum;
    }

    private static float sumExp(float[] x, int from, int n, float max, float[] sums) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        int i = 0;
        for (; i <= n - SUMS; i += SUMS) {
            s0 = s0.add(VectorMath.expNotLarge(FloatVector.fromArray(F, x, from + i).sub(max)));
            s1 = s1.add(VectorMath.expNotLarge(FloatVector.fromArray(F, x, from + i + LANES).sub(max)));
        }
        float rest = 0;
        for (; i < n; i++) {
            rest += VectorMath.exp(x[from + i] - max);
        }
        return sum(s0, s1, sums) + rest;
    }

    @Override
    public double expTerms(float[] x, int offset, int n, float max, float[] terms) {
        float[] sums = new float[SUMS];
        double sum = 0;
        for (int from = 0; from < n; from += STRETCH) {
            sum += expTerms(x, offset + from, Math.min(STRETCH, n - from), max, terms, from, sums);
        }
        return sum;
    }

    private static float expTerms(float[] x, int from, int n, float max, float[] terms, int to, float[] sums) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        int i = 0;
        for (; i <= n - SUMS; i += SUMS) {
            FloatVector t0 = VectorMath.expNotLarge(FloatVector.fromArray(F, x, from + i).sub(max));
            FloatVector t1 = VectorMath.expNotLarge(FloatVector.fromArray(F, x, from + i + LANES).sub(max));
            t0.intoArray(terms, to + i);
            t1.intoArray(terms, to + i + LANES);
            s0 = s0.add(t0);
            s1 = s1.add(t1);
        }
        float rest = 0;
        for (; i < n; i++) {
            terms[to + i] = VectorMath.exp(x[from + i] - max);
            rest += terms[to + i];
        }
        return sum(s0, s1, sums) + rest;
    }

    @Override
    public double weightedDifference(float[] terms, int n, float[] a, int aOffset, float aMax, float[] b, int bOffset,
            float bMax) {
        float[] sums = new float[SUMS];
        double sum = 0;
        for (int from = 0; from < n; from += STRETCH) {
            sum += weightedDifference(terms, from, Math.min(STRETCH, n - from), a, aOffset + from, aMax, b,
                    bOffset + from, bMax, sums);
        }
        return sum;
    }

    private static float weightedDifference(float[] terms, int from, int n, float[] a, int aFrom, float aMax, float[] b,
            int bFrom, float bMax, float[] sums) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        int i = 0;
        for (; i <= n - SUMS; i += SUMS) {
            FloatVector d0 = FloatVector.fromArray(F, a, aFrom + i).sub(aMax)
                    .sub(FloatVector.fromArray(F, b, bFrom + i).sub(bMax));
            FloatVector d1 = FloatVector.fromArray(F, a, aFrom + i + LANES).sub(aMax)
                    .sub(FloatVector.fromArray(F, b, bFrom + i + LANES).sub(bMax));
            s0 = d0.fma(FloatVector.fromArray(F, terms, from + i), s0);
            s1 = d1.fma(FloatVector.fromArray(F, terms, from + i + LANES), s1);
        }
        float rest = 0;
        for (; i < n; i++) {
            rest += terms[from + i] * ((a[aFrom + i] - aMax) - (b[bFrom + i] - bMax));
        }
        return sum(s0, s1, sums) + rest;
    }

    private static float sum(FloatVector s0, FloatVector s1, float[] sums) {
        s0.intoArray(sums, 0);
        s1.intoArray(sums, LANES);
        return VectorMath.treeSum(sums, 0, SUMS);
    }
}
