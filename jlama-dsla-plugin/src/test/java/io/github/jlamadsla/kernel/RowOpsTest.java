package io.github.jlamadsla.kernel;

import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.jlamadsla.kernel.PoisonedRows.assertGapsUntouched;
import static io.github.jlamadsla.kernel.PoisonedRows.relativeError;
import static io.github.jlamadsla.kernel.PoisonedRows.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

class RowOpsTest {

    private static final int ROWS = 5;

    private final RowOps scalar = new ScalarRowOps();
    private final RowOps vector = new VectorRowOps();
    private final Random random = new Random(1);

    /** Each operation on three inputs of n, the result in x. */
    enum Operation {
        RMS_NORM {
            @Override
            void run(RowOps ops, Rows x, Rows y, float[] w, int rows, int n, Rows out) {
                ops.rmsNorm(x, rows, w, 1e-5f, out);
            }
        },
        SILU {
            @Override
            void run(RowOps ops, Rows x, Rows y, float[] w, int rows, int n, Rows out) {
                ops.siluMultiply(x, y, rows, n, out);
            }
        },
        ADD {
            @Override
            void run(RowOps ops, Rows x, Rows y, float[] w, int rows, int n, Rows out) {
                move(x, out, rows, n);
                ops.add(out, y, rows, n);
            }
        },
        ADD_BIAS {
            @Override
            void run(RowOps ops, Rows x, Rows y, float[] w, int rows, int n, Rows out) {
                move(x, out, rows, n);
                ops.addBias(out, rows, shifted(w, n), 2, n);
            }
        },
        LOG_GATES {
            @Override
            void run(RowOps ops, Rows x, Rows y, float[] w, int rows, int n, Rows out) {
                ops.logGates(x, rows, n, shifted(w, n), 2, 16, -1, out);
            }
        },
        DECAYS {
            @Override
            void run(RowOps ops, Rows x, Rows y, float[] w, int rows, int n, Rows out) {
                ops.decays(x, rows, n, out);
            }
        };

        abstract void run(RowOps ops, Rows x, Rows y, float[] w, int rows, int n, Rows out);

        static void move(Rows x, Rows out, int rows, int n) {
            for (int r = 0; r < rows; r++) {
                System.arraycopy(x.data(), x.at(r), out.data(), out.at(r), n);
            }
        }

        static float[] shifted(float[] w, int n) {
            float[] longer = new float[n + 2];
            System.arraycopy(w, 0, longer, 2, n);
            return longer;
        }
    }

    private float[] weights(int n) {
        return values(PoisonedRows.gaussian(random, 1, n), 1, n);
    }

    @ParameterizedTest
    @EnumSource
    void vectorEqualsScalarOnAwkwardSizes(Operation operation) {
        for (int n : new int[]{1, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 96, 200, 256, 1000}) {
            Rows x = PoisonedRows.gaussian(random, ROWS, n);
            Rows y = PoisonedRows.gaussian(random, ROWS, n);
            float[] w = weights(n);
            Rows expected = PoisonedRows.empty(ROWS, n);
            Rows actual = PoisonedRows.empty(ROWS, n);
            operation.run(scalar, x, y, w, ROWS, n, expected);
            operation.run(vector, x, y, w, ROWS, n, actual);
            assertThat(relativeError(values(actual, ROWS, n), values(expected, ROWS, n))).as("n = %d", n)
                    .isLessThan(5e-7);
            assertGapsUntouched(actual, ROWS, n);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRowHasTheSameBitsAloneAndInPlace(Operation operation) {
        int n = 200;
        Rows x = PoisonedRows.gaussian(random, ROWS, n);
        Rows y = PoisonedRows.gaussian(random, ROWS, n);
        float[] w = weights(n);
        Rows together = PoisonedRows.empty(ROWS, n);
        operation.run(vector, x, y, w, ROWS, n, together);
        Rows alone = PoisonedRows.empty(ROWS, n);
        for (int r = 0; r < ROWS; r++) {
            operation.run(vector, x.from(r), y.from(r), w, 1, n, alone.from(r));
        }
        operation.run(vector, x, y, w, ROWS, n, x);
        assertThat(values(alone, ROWS, n)).isEqualTo(values(together, ROWS, n));
        assertThat(values(x, ROWS, n)).isEqualTo(values(together, ROWS, n));
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 64, 96, 128, 10})
    void rotationAgreesAndTurnsBack(int headSize) {
        int heads = 3;
        int positions = 300;
        int half = headSize / 2;
        float[] cos = new float[positions * half];
        float[] sin = new float[positions * half];
        for (int p = 0; p < positions; p++) {
            for (int i = 0; i < half; i++) {
                double angle = p * Math.pow(10_000, -2.0 * i / headSize);
                cos[p * half + i] = (float) Math.cos(angle);
                sin[p * half + i] = (float) Math.sin(angle);
            }
        }
        int n = heads * headSize;
        Rows x = PoisonedRows.gaussian(random, 65, n);
        Rows expected = PoisonedRows.copy(x);
        Rows actual = PoisonedRows.copy(x);
        scalar.rotate(expected, 65, heads, headSize, cos, sin, 200, false);
        vector.rotate(actual, 65, heads, headSize, cos, sin, 200, false);
        assertThat(relativeError(values(actual, 65, n), values(expected, 65, n))).isLessThan(1e-7);
        assertThat(relativeError(values(actual, 65, n), values(x, 65, n))).isGreaterThan(0.1);
        assertGapsUntouched(actual, 65, n);

        Rows row = PoisonedRows.copy(x);
        vector.rotate(row.from(17), 1, heads, headSize, cos, sin, 217, false);
        assertThat(values(row.from(17), 1, n)).isEqualTo(values(actual.from(17), 1, n));

        vector.rotate(actual, 65, heads, headSize, cos, sin, 200, true);
        scalar.rotate(expected, 65, heads, headSize, cos, sin, 200, true);
        assertThat(relativeError(values(actual, 65, n), values(x, 65, n))).isLessThan(2e-7);
        assertThat(relativeError(values(expected, 65, n), values(x, 65, n))).isLessThan(2e-7);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 64, 96, 128, 10})
    void mixesAgree(int headSize) {
        int heads = 3;
        int n = heads * headSize;
        Rows a = PoisonedRows.gaussian(random, ROWS, n);
        Rows b = PoisonedRows.gaussian(random, ROWS, n);
        Rows logits = PoisonedRows.gaussian(random, ROWS, heads);
        float[] bias = weights(heads);
        Rows expected = PoisonedRows.empty(ROWS, n);
        Rows actual = PoisonedRows.empty(ROWS, n);
        scalar.mix(a, b, logits, bias, ROWS, heads, headSize, expected);
        vector.mix(a, b, logits, bias, ROWS, heads, headSize, actual);
        assertThat(relativeError(values(actual, ROWS, n), values(expected, ROWS, n))).isLessThan(3e-7);
        assertGapsUntouched(actual, ROWS, n);
        Rows alone = PoisonedRows.empty(ROWS, n);
        for (int r = 0; r < ROWS; r++) {
            vector.mix(a.from(r), b.from(r), logits.from(r), bias, 1, heads, headSize, alone.from(r));
        }
        vector.mix(a, b, logits, bias, ROWS, heads, headSize, a);
        assertThat(values(alone, ROWS, n)).as("alone").isEqualTo(values(actual, ROWS, n));
        assertThat(values(a, ROWS, n)).as("in place").isEqualTo(values(actual, ROWS, n));
    }

    @Test
    void aMixAtItsEndsIsOneOfTheTwo() {
        Rows a = Rows.of(new float[]{3, 3, 3, 3}, 4);
        Rows b = Rows.of(new float[]{5, 5, 5, 5}, 4);
        Rows logits = Rows.of(new float[]{1000, -1000, 0, 90}, 4);
        for (RowOps ops : new RowOps[]{scalar, vector}) {
            float[] out = new float[4];
            ops.mix(a, b, logits, new float[4], 1, 4, 1, Rows.of(out, 4));
            assertThat(out).containsExactly(3, 5, 4, 3);
        }
    }

    @Test
    void gatesFollowTheFormulaInDouble() {
        int n = 40_001;
        Rows z = PoisonedRows.empty(1, n);
        for (int i = 0; i < n; i++) {
            z.data()[z.at(0) + i] = -200 + i * 0.01f;
        }
        float[] bias = new float[n];
        Rows out = PoisonedRows.empty(1, n);
        vector.logGates(z, 1, n, bias, 0, 16, -5, out);
        float[] gates = values(out, 1, n);
        for (int i = 0; i < n; i++) {
            double x = z.data()[z.at(0) + i];
            double gate = Math.max((Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)))) / 16, -5);
            // Gates this near 0 come from an exp that counts as 0.
            double tolerance = Math.max(4e-7 * Math.abs(gate), 1e-37);
            assertThat(gates[i]).as("gate of %s", x).isCloseTo((float) gate,
                    offset((float) tolerance));
        }
    }

    @Test
    void decaysAtTheirEnds() {
        Rows g = Rows.of(new float[]{0, -0f, -80, Math.nextDown(-80f), -1000, Float.NEGATIVE_INFINITY, -1e-5f}, 7);
        for (RowOps ops : new RowOps[]{scalar, vector}) {
            float[] d = new float[7];
            ops.decays(g, 1, 7, Rows.of(d, 7));
            assertThat(d[0]).isEqualTo(1f);
            assertThat(d[1]).isEqualTo(1f);
            assertThat(d[2]).isPositive();
            assertThat(new float[]{d[3], d[4], d[5]}).containsExactly(0f, 0f, 0f);
            assertThat(d[6]).isEqualTo(0.99999f);
        }
    }

    @Test
    void siluOfLargeAndInfiniteValues() {
        Rows gate = Rows.of(new float[]{-1000, -100, 100, 1000, 0}, 5);
        Rows up = Rows.of(new float[]{1, 1, 1, 1, 1}, 5);
        float[] out = new float[5];
        vector.siluMultiply(gate, up, 1, 5, Rows.of(out, 5));
        assertThat(out[0]).isZero();
        assertThat(out[1]).isBetween(-1e-37f, 0f);
        assertThat(out[2]).isEqualTo(100f);
        assertThat(out[3]).isEqualTo(1000f);
        assertThat(out[4]).isZero();
    }

    @Test
    void nothingHappensToNoRows() {
        Rows x = PoisonedRows.empty(1, 16);
        vector.rmsNorm(x, 0, new float[16], 1e-5f, x);
        vector.add(x, x, 0, 16);
        assertGapsUntouched(x, 0, 16);
    }
}
