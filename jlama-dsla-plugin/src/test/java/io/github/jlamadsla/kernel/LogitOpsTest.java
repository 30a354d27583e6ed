package io.github.jlamadsla.kernel;

import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

/** Against sums in double, written here once more, on rows as models give them. */
class LogitOpsTest {

    private static final int BEFORE = 3;

    private final LogitOps scalar = new ScalarLogitOps();
    private final LogitOps vector = new VectorLogitOps();
    private final Random random = new Random(5);

    /** NaN around the row shows a read outside of it. */
    private float[] row(int n, double spread, double centre) {
        float[] x = new float[BEFORE + n + 70];
        Arrays.fill(x, Float.NaN);
        for (int i = 0; i < n; i++) {
            x[BEFORE + i] = (float) (centre + spread * random.nextGaussian());
        }
        return x;
    }

    private static double logSumExp(float[] x, int n) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            max = Math.max(max, x[BEFORE + i]);
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += StrictMath.exp(x[BEFORE + i] - max);
        }
        return max + StrictMath.log(sum);
    }

    private static double divergence(float[] a, float[] b, int n) {
        double logA = logSumExp(a, n);
        double logB = logSumExp(b, n);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double p = a[BEFORE + i] - logA;
            sum += StrictMath.exp(p) * (p - (b[BEFORE + i] - logB));
        }
        return sum;
    }

    private static double logSumExp(LogitOps ops, float[] x, int n) {
        float max = x[BEFORE + ops.argmax(x, BEFORE, n)];
        return max + Math.log(ops.sumExp(x, BEFORE, n, max));
    }

    private static double divergence(LogitOps ops, float[] a, float[] b, int n) {
        float aMax = a[BEFORE + ops.argmax(a, BEFORE, n)];
        float bMax = b[BEFORE + ops.argmax(b, BEFORE, n)];
        float[] terms = new float[n];
        double sum = ops.expTerms(a, BEFORE, n, aMax, terms);
        assertThat(sum).isEqualTo(ops.sumExp(a, BEFORE, n, aMax));
        return ops.weightedDifference(terms, n, a, BEFORE, aMax, b, BEFORE, bMax) / sum
                + Math.log(ops.sumExp(b, BEFORE, n, bMax)) - Math.log(sum);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 15, 16, 17, 31, 32, 33, 63, 64, 65, 200, 1023, 1024, 1025, 8_192, 49_152, 128_257})
    void bothFormsAgreeWithDouble(int n) {
        for (double spread : new double[]{.1, 1, 3, 12}) {
            for (double centre : new double[]{0, -300, 40}) {
                float[] a = row(n, spread, centre);
                float[] b = a.clone();
                for (int i = 0; i < n; i++) {
                    b[BEFORE + i] += (float) (.3 * random.nextGaussian() + 2);
                }
                for (LogitOps ops : new LogitOps[]{scalar, vector}) {
                    assertThat(logSumExp(ops, a, n)).isCloseTo(logSumExp(a, n), offset(1e-6));
                    assertThat(divergence(ops, a, b, n)).isCloseTo(divergence(a, b, n), offset(1e-6));
                }
            }
        }
    }

    /** A small divergence, as of few converted layers, summed over many tokens. */
    @Test
    void theErrorOfASmallDivergenceDoesNotAddUp() {
        double exact = 0;
        double measured = 0;
        for (int t = 0; t < 200; t++) {
            float[] a = row(20_000, 3, 5);
            float[] b = a.clone();
            for (int i = 0; i < 20_000; i++) {
                b[BEFORE + i] += (float) (.1 * random.nextGaussian());
            }
            exact += divergence(a, b, 20_000);
            measured += divergence(vector, a, b, 20_000);
        }
        assertThat(exact / 200).isBetween(.001, .01);
        assertThat(measured / exact).isCloseTo(1, offset(1e-5));
    }

    @Test
    void equalRowsHaveNoDivergenceAtAll() {
        float[] a = row(5_000, 4, 1);
        assertThat(divergence(vector, a, a.clone(), 5_000)).isZero();
        assertThat(divergence(scalar, a, a.clone(), 5_000)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 16, 33, 64, 100, 4_097})
    void theFirstOfEqualMaximaWins(int n) {
        for (LogitOps ops : new LogitOps[]{scalar, vector}) {
            for (int first : new int[]{0, n / 3, n - 1}) {
                float[] x = row(n, 1, 0);
                x[BEFORE + first] = 50;
                x[BEFORE + n - 1] = 50;
                assertThat(ops.argmax(x, BEFORE, n)).isEqualTo(first);
                x[BEFORE + n / 2] = Float.NaN;
                assertThat(ops.argmax(x, BEFORE, n)).isEqualTo(-1);
            }
            float[] all = new float[BEFORE + n];
            Arrays.fill(all, Float.NEGATIVE_INFINITY);
            assertThat(ops.argmax(all, BEFORE, n)).isZero();
        }
    }

    /** So that a broken model gives an error and no figure. */
    @Test
    void infiniteLogitsShow() {
        for (LogitOps ops : new LogitOps[]{scalar, vector}) {
            float[] a = row(100, 1, 0);
            float[] b = a.clone();
            b[BEFORE + 40] = Float.NEGATIVE_INFINITY;
            assertThat(divergence(ops, a, b, 100)).isInfinite();
            b[BEFORE + 40] = Float.POSITIVE_INFINITY;
            assertThat(divergence(ops, a, b, 100)).isNaN();
        }
    }

    @Test
    void aRowHasTheSameBitsWhereverItLies() {
        float[] a = row(3_333, 3, 0);
        float[] moved = new float[4_000];
        System.arraycopy(a, BEFORE, moved, 17, 3_333);
        float max = a[BEFORE + vector.argmax(a, BEFORE, 3_333)];
        assertThat(vector.sumExp(moved, 17, 3_333, max)).isEqualTo(vector.sumExp(a, BEFORE, 3_333, max));
    }
}
