package io.github.jlamadsla.kernel;

import java.util.Random;

import jdk.incubator.vector.FloatVector;

import org.junit.jupiter.api.Test;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import static io.github.jlamadsla.kernel.VectorMath.F;
import static io.github.jlamadsla.kernel.VectorMath.LANES;
import static org.assertj.core.api.Assertions.assertThat;

class VectorMathTest {

    /** Below it exp is 0 by contract. */
    private static final float ZERO_BELOW = VectorMath.EXP_ZERO_BELOW;

    @Test
    void expIsWithinOneAndAHalfUnitsOfTheLastPlace() {
        double worst = 0;
        for (float x = ZERO_BELOW; x < 88.72f; x += 1.37e-4f) {
            double exact = StrictMath.exp(x);
            worst = Math.max(worst, Math.abs(VectorMath.exp(x) - exact) / Math.ulp((float) exact));
        }
        for (float x = Float.MIN_NORMAL; x < 1; x *= 1.0003f) {
            worst = Math.max(worst, Math.abs(VectorMath.exp(-x) - StrictMath.exp(-x)) / Math.ulp((float) Math.exp(-x)));
        }
        assertThat(worst).isLessThan(1.5);
    }

    @Test
    void expAtTheEndsOfItsRange() {
        assertThat(VectorMath.exp(0f)).isEqualTo(1f);
        assertThat(VectorMath.exp(-0f)).isEqualTo(1f);
        assertThat(VectorMath.exp(Float.NEGATIVE_INFINITY)).isEqualTo(0f);
        assertThat(VectorMath.exp(-1e30f)).isEqualTo(0f);
        assertThat(VectorMath.exp(ZERO_BELOW)).isBetween(Float.MIN_NORMAL, 1e-37f);
        assertThat(VectorMath.exp(Math.nextDown(ZERO_BELOW))).isEqualTo(0f);
        assertThat(VectorMath.exp(88.7228f)).isBetween(3.4e38f, Float.MAX_VALUE);
        assertThat(VectorMath.exp(88.73f)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(VectorMath.exp(1e30f)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(VectorMath.exp(Float.POSITIVE_INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(VectorMath.exp(Float.NaN)).isNaN();
        assertThat(VectorMath.exp(Float.intBitsToFloat(0x7fc001ff))).isNaN();
    }

    @Property
    void aLaneHasTheBitsOfTheScalar(@ForAll float x) {
        assertThat(lane(x)).isEqualTo(Float.floatToRawIntBits(VectorMath.exp(x)));
    }

    @Test
    void aLaneHasTheBitsOfTheScalarAtTheEnds() {
        for (float x : new float[]{0, -0f, ZERO_BELOW, Math.nextDown(ZERO_BELOW), 88.7228f, 88.73f,
            Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN}) {
            assertThat(lane(x)).as("exp(%s)", x).isEqualTo(Float.floatToRawIntBits(VectorMath.exp(x)));
        }
    }

    private static int lane(float x) {
        return Float.floatToRawIntBits(VectorMath.exp(FloatVector.broadcast(F, x)).lane(LANES - 1));
    }

    @Test
    void compiledAndInterpretedBitsAreEqual() {
        float[] x = inputs();
        float[] cold = new float[2 * x.length];
        float[] warm = new float[2 * x.length];
        evaluate(x, cold);
        for (int i = 0; i < 200_000 / (x.length / LANES) + 1; i++) {
            evaluate(x, warm);
        }
        assertThat(warm).isEqualTo(cold);
    }

    private static float[] inputs() {
        Random random = new Random(7);
        float[] x = new float[64 * LANES];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (random.nextGaussian() * (i % 2 == 0 ? 1 : 40));
        }
        return x;
    }

    private static void evaluate(float[] x, float[] y) {
        for (int i = 0; i < x.length; i += LANES) {
            FloatVector v = FloatVector.fromArray(F, x, i);
            VectorMath.exp(v).intoArray(y, i);
            VectorMath.logSigmoid(v).intoArray(y, x.length + i);
        }
    }

    @Test
    void logSigmoidIsWithinAFewUnitsOfTheLastPlace() {
        double worst = 0;
        for (float z = -200; z < 86; z += 0.0137f) {
            double exact = Math.min(z, 0) - StrictMath.log1p(StrictMath.exp(-Math.abs((double) z)));
            float actual = VectorMath.logSigmoid(FloatVector.broadcast(F, z)).lane(0);
            worst = Math.max(worst, Math.abs(actual - exact) / Math.ulp((float) exact));
        }
        assertThat(worst).isLessThan(4);
    }

    @Test
    void treeSumAddsAll() {
        float[] values = {9, 1, 2, 3, 4, 5, 6, 7, 8, 9};
        assertThat(VectorMath.treeSum(values, 1, 8)).isEqualTo(36f);
    }
}
