package io.github.jlamadsla.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Elementary functions made of nothing but additions, products, fused multiply-adds and shifts. Each of these is exact
 * by its specification, so a result has the same bits interpreted and compiled, in a lane and as a scalar.
 */
final class VectorMath {

    /** The machine's own width, but never above 512 bits: sizes are multiples of 16. */
    static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED.length() > 16
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;
    static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, VectorShape.forBitSize(F.vectorBitSize()));

    /** Elements of a vector; divides 16. */
    static final int LANES = F.length();

    private static final float LOG2_E = 1.44269504f;
    // The product n * LN2_HIGH is exact inside a fused multiply-add, so two parts are enough.
    private static final float MINUS_LN2_HIGH = -0.6931471824645996f;
    private static final float MINUS_LN2_LOW = 1.9046542121259336e-9f;

    // Adding 1.5 * 2^23 rounds to an integer n, and leaves n in the low bits. The further 126 make n + 126 the exponent
    // field of 2^(n-1): the polynomial is of 2 exp(r), so that n may reach 128 without the factor being infinite.
    private static final float SHIFTER = 0x1.8p23f + 126;

    /** Below it exp is 0: where n + 126 would reach the exponent field 0. Above 2^-125, so never denormal. */
    static final float EXP_ZERO_BELOW = -86.6f;
    private static final float EXP_INFINITE_ABOVE = 88.7229f;

    // 2 exp(r) = 2 + 2 r + r^2 (E2 + E3 r + ...), |r| <= ln 2 / 2: interpolated at Chebyshev nodes, off by 1e-8 at most.
    private static final float E2 = 2 * 0.5f;
    private static final float E3 = 2 * 0.16666576266288757f;
    private static final float E4 = 2 * 0.041666556149721146f;
    private static final float E5 = 2 * 0.008363203145563602f;
    private static final float E6 = 2 * 0.0013926213141530752f;

    // log1p(u) = 2 s (1 + w (L0 + L1 w + ...)), s = u / (2 + u), w = s^2 <= 1/9; off by 2e-8 at most.
    private static final float L0 = 0.33333319425582886f;
    private static final float L1 = 0.20003780722618103f;
    private static final float L2 = 0.14118309319019318f;
    private static final float L3 = 0.1342574954032898f;

    private VectorMath() {}

    /**
     * exp, within 1 ulp; exactly 1 for 0, 0 below {@value #EXP_ZERO_BELOW}, infinite where a float cannot hold the
     * result, NaN for NaN.
     */
    static FloatVector exp(FloatVector x) {
        return expNotLarge(x).blend(Float.POSITIVE_INFINITY,
                x.compare(VectorOperators.GT, EXP_INFINITE_ABOVE));
    }

    /** {@link #exp(FloatVector)} for values up to 88, one operation cheaper. */
    static FloatVector expNotLarge(FloatVector x) {
        FloatVector shifted = FloatVector.broadcast(F, LOG2_E).fma(x, FloatVector.broadcast(F, SHIFTER));
        FloatVector n = shifted.sub(SHIFTER);
        FloatVector r = n.fma(FloatVector.broadcast(F, MINUS_LN2_HIGH), x);
        r = n.fma(FloatVector.broadcast(F, MINUS_LN2_LOW), r);
        FloatVector p = r.fma(FloatVector.broadcast(F, E6), FloatVector.broadcast(F, E5));
        p = p.fma(r, FloatVector.broadcast(F, E4));
        p = p.fma(r, FloatVector.broadcast(F, E3));
        p = p.fma(r, FloatVector.broadcast(F, E2));
        p = p.fma(r, FloatVector.broadcast(F, 2));
        p = p.fma(r, FloatVector.broadcast(F, 2));
        IntVector bits = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        VectorMask<Float> tiny = x.compare(VectorOperators.LT, EXP_ZERO_BELOW);
        return p.mul(bits.reinterpretAsFloats()).blend(0, tiny);
    }

    /** {@link #exp(FloatVector)} of one value, the same bits. */
    static float exp(float x) {
        if (x < EXP_ZERO_BELOW) {
            return 0;
        }
        if (x > EXP_INFINITE_ABOVE) {
            return Float.POSITIVE_INFINITY;
        }
        float shifted = Math.fma(LOG2_E, x, SHIFTER);
        float n = shifted - SHIFTER;
        float r = Math.fma(n, MINUS_LN2_LOW, Math.fma(n, MINUS_LN2_HIGH, x));
        float p = Math.fma(r, E6, E5);
        p = Math.fma(p, r, E4);
        p = Math.fma(p, r, E3);
        p = Math.fma(p, r, E2);
        p = Math.fma(p, r, 2);
        p = Math.fma(p, r, 2);
        return p * Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << 23);
    }

    /** log(sigmoid(x)) = min(x, 0) - log1p(exp(-|x|)), within 4 ulp also where it is near 0. */
    static FloatVector logSigmoid(FloatVector x) {
        FloatVector u = expNotLarge(x.abs().neg());
        FloatVector s = u.div(u.add(2));
        FloatVector w = s.mul(s);
        FloatVector p = w.fma(FloatVector.broadcast(F, L3), FloatVector.broadcast(F, L2));
        p = p.fma(w, FloatVector.broadcast(F, L1));
        p = p.fma(w, FloatVector.broadcast(F, L0));
        FloatVector twice = s.add(s);
        FloatVector log1p = twice.fma(p.mul(w), twice);
        return x.min(0).sub(log1p);
    }

    /** Sum of the first {@code count} values from {@code from} on, a power of two, as a tree of fixed shape. */
    static float treeSum(float[] values, int from, int count) {
        for (int half = count / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                values[from + i] += values[from + i + half];
            }
        }
        return values[from];
    }
}
