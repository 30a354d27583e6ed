package io.github.jlamadsla.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

import static io.github.jlamadsla.kernel.VectorMath.F;
import static io.github.jlamadsla.kernel.VectorMath.LANES;

/**
 * {@link RowOps} on the Vector API. The end of a row that fills no vector goes through a mask, so elements behind a row
 * are neither used nor changed.
 */
final class VectorRowOps implements RowOps {

    /** Partial sums of squares: fixed by the vector width, not by the row. */
    private static final int SUMS = 4 * LANES;

    /** Decays smaller than exp of it count as 0: their products would become denormal and slow. */
    private static final float ZERO_BELOW = -80;

    @Override
    public void rmsNorm(Rows x, int rows, float[] weight, float eps, Rows out) {
        int n = weight.length;
        float[] sums = new float[SUMS];
        for (int r = 0; r < rows; r++) {
            float squares = sumOfSquares(x.data(), x.at(r), n, sums);
            float factor = (float) (1 / Math.sqrt(squares / n + eps));
            scale(x.data(), x.at(r), weight, factor, out.data(), out.at(r));
        }
    }

    private static float sumOfSquares(float[] x, int from, int n, float[] sums) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int i = 0;
        for (; i <= n - SUMS; i += SUMS) {
            FloatVector x0 = FloatVector.fromArray(F, x, from + i);
            FloatVector x1 = FloatVector.fromArray(F, x, from + i + LANES);
            FloatVector x2 = FloatVector.fromArray(F, x, from + i + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(F, x, from + i + 3 * LANES);
            s0 = x0.fma(x0, s0);
            s1 = x1.fma(x1, s1);
            s2 = x2.fma(x2, s2);
            s3 = x3.fma(x3, s3);
        }
        for (; i < n; i += LANES) {
            FloatVector x0 = FloatVector.fromArray(F, x, from + i, F.indexInRange(i, n));
            s0 = x0.fma(x0, s0);
        }
        s0.intoArray(sums, 0);
        s1.intoArray(sums, LANES);
        s2.intoArray(sums, 2 * LANES);
        s3.intoArray(sums, 3 * LANES);
        return VectorMath.treeSum(sums, 0, SUMS);
    }

    private static void scale(float[] x, int from, float[] weight, float factor, float[] out, int to) {
        int n = weight.length;
        int full = F.loopBound(n);
        for (int i = 0; i < full; i += LANES) {
            FloatVector.fromArray(F, x, from + i).mul(factor).mul(FloatVector.fromArray(F, weight, i)).intoArray(out,
                    to + i);
        }
        if (full < n) {
            VectorMask<Float> rest = F.indexInRange(full, n);
            FloatVector w = FloatVector.fromArray(F, weight, full, rest);
            FloatVector.fromArray(F, x, from + full, rest).mul(factor).mul(w).intoArray(out, to + full, rest);
        }
    }

    @Override
    public void siluMultiply(Rows gate, Rows up, int rows, int n, Rows out) {
        int full = F.loopBound(n);
        VectorMask<Float> rest = F.indexInRange(full, n);
        for (int r = 0; r < rows; r++) {
            float[] g = gate.data();
            float[] u = up.data();
            int gateAt = gate.at(r);
            int upAt = up.at(r);
            int outAt = out.at(r);
            for (int i = 0; i < full; i += LANES) {
                silu(FloatVector.fromArray(F, g, gateAt + i)).mul(FloatVector.fromArray(F, u, upAt + i))
                        .intoArray(out.data(), outAt + i);
            }
            if (full < n) {
                silu(FloatVector.fromArray(F, g, gateAt + full, rest))
                        .mul(FloatVector.fromArray(F, u, upAt + full, rest)).intoArray(out.data(), outAt + full, rest);
            }
        }
    }

    private static FloatVector silu(FloatVector x) {
        return x.div(VectorMath.exp(x.neg()).add(1));
    }

    @Override
    public void add(Rows x, Rows y, int rows, int n) {
        for (int r = 0; r < rows; r++) {
            add(x.data(), x.at(r), y.data(), y.at(r), n);
        }
    }

    @Override
    public void addBias(Rows x, int rows, float[] bias, int biasOffset, int n) {
        for (int r = 0; r < rows; r++) {
            add(x.data(), x.at(r), bias, biasOffset, n);
        }
    }

    private static void add(float[] x, int at, float[] y, int from, int n) {
        int full = F.loopBound(n);
        for (int i = 0; i < full; i += LANES) {
            FloatVector.fromArray(F, x, at + i).add(FloatVector.fromArray(F, y, from + i)).intoArray(x, at + i);
        }
        if (full < n) {
            VectorMask<Float> rest = F.indexInRange(full, n);
            FloatVector.fromArray(F, x, at + full, rest).add(FloatVector.fromArray(F, y, from + full, rest))
                    .intoArray(x, at + full, rest);
        }
    }

    @Override
    public void logGates(Rows z, int rows, int n, float[] bias, int biasOffset, float normalizer, float min, Rows out) {
        int full = F.loopBound(n);
        VectorMask<Float> rest = F.indexInRange(full, n);
        for (int r = 0; r < rows; r++) {
            int from = z.at(r);
            int to = out.at(r);
            for (int i = 0; i < full; i += LANES) {
                FloatVector logit = FloatVector.fromArray(F, z.data(), from + i)
                        .add(FloatVector.fromArray(F, bias, biasOffset + i));
                VectorMath.logSigmoid(logit).div(normalizer).max(min).intoArray(out.data(), to + i);
            }
            if (full < n) {
                FloatVector logit = FloatVector.fromArray(F, z.data(), from + full, rest)
                        .add(FloatVector.fromArray(F, bias, biasOffset + full, rest));
                VectorMath.logSigmoid(logit).div(normalizer).max(min).intoArray(out.data(), to + full, rest);
            }
        }
    }

    @Override
    public void decays(Rows logGate, int rows, int n, Rows out) {
        int full = F.loopBound(n);
        VectorMask<Float> rest = F.indexInRange(full, n);
        for (int r = 0; r < rows; r++) {
            int from = logGate.at(r);
            int to = out.at(r);
            for (int i = 0; i < full; i += LANES) {
                decay(FloatVector.fromArray(F, logGate.data(), from + i)).intoArray(out.data(), to + i);
            }
            if (full < n) {
                decay(FloatVector.fromArray(F, logGate.data(), from + full, rest)).intoArray(out.data(), to + full,
                        rest);
            }
        }
    }

    private static FloatVector decay(FloatVector logGate) {
        return VectorMath.expNotLarge(logGate).blend(0,
                logGate.compare(VectorOperators.LT, ZERO_BELOW));
    }

    @Override
    public void mix(Rows a, Rows b, Rows logits, float[] bias, int rows, int heads, int headSize, Rows out) {
        for (int r = 0; r < rows; r++) {
            for (int h = 0; h < heads; h++) {
                float share = 1 / (1 + VectorMath.exp(-(logits.data()[logits.at(r) + h] + bias[h])));
                int column = h * headSize;
                mix(a.data(), a.at(r) + column, b.data(), b.at(r) + column, share, headSize, out.data(),
                        out.at(r) + column);
            }
        }
    }

    private static void mix(float[] a, int aAt, float[] b, int bAt, float share, int n, float[] out, int to) {
        int full = F.loopBound(n);
        for (int i = 0; i < full; i += LANES) {
            mixed(FloatVector.fromArray(F, a, aAt + i), FloatVector.fromArray(F, b, bAt + i), share).intoArray(out,
                    to + i);
        }
        if (full < n) {
            VectorMask<Float> rest = F.indexInRange(full, n);
            mixed(FloatVector.fromArray(F, a, aAt + full, rest), FloatVector.fromArray(F, b, bAt + full, rest), share)
                    .intoArray(out, to + full, rest);
        }
    }

    private static FloatVector mixed(FloatVector a, FloatVector b, float share) {
        return a.fma(FloatVector.broadcast(F, share), b.mul(1 - share));
    }

    @Override
    public void rotate(Rows x, int rows, int heads, int headSize, float[] cos, float[] sin, int firstPosition,
            boolean inverse) {
        int half = headSize / 2;
        int full = F.loopBound(half);
        VectorMask<Float> rest = F.indexInRange(full, half);
        float sign = inverse ? -1 : 1;
        for (int r = 0; r < rows; r++) {
            int angles = (firstPosition + r) * half;
            for (int h = 0; h < heads; h++) {
                int low = x.at(r) + h * headSize;
                for (int i = 0; i < full; i += LANES) {
                    FloatVector a = FloatVector.fromArray(F, x.data(), low + i);
                    FloatVector b = FloatVector.fromArray(F, x.data(), low + half + i);
                    FloatVector c = FloatVector.fromArray(F, cos, angles + i);
                    FloatVector s = FloatVector.fromArray(F, sin, angles + i).mul(sign);
                    a.mul(c).sub(b.mul(s)).intoArray(x.data(), low + i);
                    b.mul(c).add(a.mul(s)).intoArray(x.data(), low + half + i);
                }
                if (full < half) {
                    FloatVector a = FloatVector.fromArray(F, x.data(), low + full, rest);
                    FloatVector b = FloatVector.fromArray(F, x.data(), low + half + full, rest);
                    FloatVector c = FloatVector.fromArray(F, cos, angles + full, rest);
                    FloatVector s = FloatVector.fromArray(F, sin, angles + full, rest).mul(sign);
                    a.mul(c).sub(b.mul(s)).intoArray(x.data(), low + full, rest);
                    b.mul(c).add(a.mul(s)).intoArray(x.data(), low + half + full, rest);
                }
            }
        }
    }
}
