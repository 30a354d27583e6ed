package io.github.jlamadsla.sampling;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

import io.github.jlamadsla.testing.Allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SamplerTest {
    private static final float INF = Float.POSITIVE_INFINITY;

    private static Sampler sampler(double temperature, int topK, double topP, long seed) {
        return new Sampler(new SamplingParameters(temperature, topK, topP, seed));
    }

    private static int sample(Sampler sampler, float... logits) {
        return sampler.sample(logits, 0, logits.length);
    }

    @Test
    void greedyTakesTheFirstOfTheLikeliest() {
        Sampler greedy = new Sampler(SamplingParameters.GREEDY);
        assertThat(sample(greedy, 1, 3, 3, 2)).isEqualTo(1);
        assertThat(sample(greedy, -0f, 0f)).isZero();
        assertThat(sample(greedy, -INF, -3e38f)).isEqualTo(1);
        assertThat(sample(greedy, 1, INF, INF)).isEqualTo(1);
        assertThat(greedy.sample(new float[]{9, 1, 2, 9}, 1, 2)).isEqualTo(1);
    }

    @Test
    void refusesRowsItCannotDrawFrom() {
        for (Sampler sampler : new Sampler[]{new Sampler(SamplingParameters.GREEDY), sampler(1, 0, 1, 1),
            sampler(1, 2, 0.5, 1)}) {
            assertThatIllegalStateException().isThrownBy(() -> sample(sampler, 1, 2, Float.NaN, 4))
                    .withMessageContaining("logit 2 of 4 is NaN");
            assertThatIllegalStateException().isThrownBy(() -> sample(sampler, -INF, -INF))
                    .withMessageContaining("minus infinity");
            assertThatIllegalArgumentException().isThrownBy(() -> sampler.sample(new float[2], 0, 0));
            assertThatThrownBy(() -> sampler.sample(new float[2], 1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 1, 0", "0.7, 0, 1, 0", "3, 0, 1, 0", "1, 5, 1, 0", "1, 0, 0.8, 0", "0.5, 6, 0.9, 0",
        "2, 64, 0.999, 0", "1, 0, 1, 0.1", "2, 0, 1, 0.5", "1, 7, 0.95, 0.2", "0.5, 0, 0.9, 0.3"})
    void drawsByTheShares(double temperature, int topK, double topP, double minP) {
        float[] logits = {2f, -1f, 0.5f, 1.9f, 0f, -3f, 1f, 0.25f, -0.5f, 1.5f};
        SamplingParameters parameters = SamplingParameters.builder().temperature(temperature).topK(topK).topP(topP)
                .minP(minP).seed(42).build();
        NaiveSampler naive = new NaiveSampler(parameters);
        double[] shares = naive.shares(naive.penalised(logits, new int[0], List.of()));
        int draws = 40_000;
        int[] counts = new int[logits.length];
        Sampler sampler = new Sampler(parameters);
        for (int i = 0; i < draws; i++) {
            counts[sample(sampler, logits)]++;
        }
        double chiSquare = 0;
        for (int i = 0; i < logits.length; i++) {
            double expected = shares[i] * draws;
            if (expected == 0) {
                assertThat(counts[i]).isZero();
            } else {
                chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
            }
        }
        assertThat(chiSquare).isLessThan(27.9); // 9 degrees of freedom, p = 0.001
    }

    @Test
    void minPKeepsWhatIsNotBelowItsShareOfTheLikeliest() {
        float[] logits = {0, 2, 1, 2, -1, -5, -INF};
        SamplingParameters.Builder hot = SamplingParameters.builder().temperature(2); // shares e^0, e^-.5, e^-1 ...
        assertThat(drawn(new Sampler(hot.minP(1).build()), logits)).isEqualTo(set(1, 3));
        assertThat(drawn(new Sampler(hot.minP(0.61).build()), logits)).isEqualTo(set(1, 3)); // e^-.5 = .607
        assertThat(drawn(new Sampler(hot.minP(0.60).build()), logits)).isEqualTo(set(1, 2, 3));
        assertThat(drawn(new Sampler(hot.minP(0.36).build()), logits)).isEqualTo(set(0, 1, 2, 3)); // e^-1 = .368
        assertThat(drawn(new Sampler(hot.topK(2).build()), logits)).isEqualTo(set(1, 3));
        assertThat(drawn(new Sampler(hot.topK(5).build()), logits)).isEqualTo(set(0, 1, 2, 3));
        assertThat(drawn(new Sampler(hot.minP(0).topK(0).build()), logits)).isEqualTo(set(0, 1, 2, 3, 4, 5));
        assertThat(drawn(new Sampler(hot.minP(1).build()), 1f, INF, INF)).isEqualTo(set(1, 2));
        assertThat(drawn(new Sampler(hot.minP(1).topP(0.1).build()), 1f, INF, INF)).isEqualTo(set(1));
    }

    @Test
    void topKAndTopPKeepExactlyTheirSets() {
        float[] logits = {0, 3, 1, 3, 2, 2, -1};
        assertThat(drawn(sampler(100, 3, 1, 1), logits)).isEqualTo(set(1, 3, 4)); // of the equal 4 and 5 the first
        assertThat(drawn(sampler(100, 1, 1, 1), logits)).isEqualTo(set(1));
        assertThat(drawn(sampler(100, 99, 1, 1), logits)).isEqualTo(set(0, 1, 2, 3, 4, 5, 6));
        float[] halves = {(float) Math.log(0.5), (float) Math.log(0.25), (float) Math.log(0.15),
            (float) Math.log(0.1)};
        assertThat(drawn(sampler(1, 0, 0.4, 1), halves)).isEqualTo(set(0));
        assertThat(drawn(sampler(1, 0, 0.6, 1), halves)).isEqualTo(set(0, 1));
        assertThat(drawn(sampler(1, 0, 0.8, 1), halves)).isEqualTo(set(0, 1, 2));
        assertThat(drawn(sampler(1, 0, 1e-9, 1), halves)).isEqualTo(set(0));
        assertThat(drawn(sampler(1, 2, 0.7, 1), halves)).isEqualTo(set(0, 1)); // the share is of what top-k left
        assertThat(drawn(sampler(1, 2, 0.6, 1), halves)).isEqualTo(set(0));
    }

    private static BitSet drawn(Sampler sampler, float[] logits) {
        BitSet drawn = new BitSet();
        for (int i = 0; i < 3000; i++) {
            drawn.set(sample(sampler, logits));
        }
        return drawn;
    }

    private static BitSet set(int... indexes) {
        BitSet set = new BitSet();
        IntStream.of(indexes).forEach(set::set);
        return set;
    }

    @Test
    void standsExtremeTemperaturesAndLogits() {
        float[] logits = {3e38f, -3e38f, 3e38f, -INF};
        assertThat(drawn(sampler(1e-3, 0, 1, 5), logits)).isEqualTo(set(0, 2));
        assertThat(drawn(sampler(100, 0, 0.99, 5), logits)).isEqualTo(set(0, 2));
        assertThat(drawn(sampler(Double.MIN_VALUE, 0, 1, 5), 1f, 1.001f, 0.999f)).isEqualTo(set(1));
        assertThat(drawn(sampler(1, 0, 1, 5), 1f, INF, INF)).isEqualTo(set(1, 2));
        assertThat(drawn(sampler(1, 3, 0.9, 5), 1f, INF, INF)).isEqualTo(set(1, 2));
        assertThat(drawn(sampler(100, 0, 1, 5), 0f, -INF, 0f)).isEqualTo(set(0, 2));
        assertThat(drawn(sampler(1e-3, 0, 1, 5), 0f, 1f, 0.5f)).isEqualTo(set(1));
        assertThat(drawn(sampler(100, 0, 1, 5), 0f, 1f, 0.5f)).isEqualTo(set(0, 1, 2));
    }

    private static BitSet drawn(Sampler sampler, float a, float b, float c) {
        return drawn(sampler, new float[]{a, b, c});
    }

    @Test
    void theSeedDecidesAndNothingElse() {
        Random random = new Random(3);
        float[][] rows = new float[200][1000];
        for (float[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) random.nextGaussian() * 3;
            }
        }
        for (double topP : new double[]{1, 0.9}) {
            Sampler one = sampler(1, 0, topP, 11);
            Sampler two = sampler(1, 0, topP, 11);
            Sampler other = sampler(1, 0, topP, 12);
            int different = 0;
            for (float[] row : rows) {
                float[] shifted = new float[row.length + 7]; // the place in the array does not matter
                System.arraycopy(row, 0, shifted, 7, row.length);
                int token = sample(one, row);
                assertThat(two.sample(shifted, 7, row.length)).isEqualTo(token);
                different += sample(other, row) == token ? 0 : 1;
            }
            assertThat(different).isGreaterThan(100);
        }
    }

    @Test
    void allocatesNothingPerTokenAfterTheFirst() {
        float[] logits = new float[50_000];
        Random random = new Random(1);
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextGaussian();
        }
        for (Sampler sampler : new Sampler[]{new Sampler(SamplingParameters.GREEDY), sampler(1, 0, 1, 1),
            sampler(1, 40, 0.9, 1), sampler(1, 0, 0.9, 1)}) {
            Runnable sample = () -> sample(sampler, logits);
            sample.run();
            assertThat(Allocation.of(() -> {
                for (int i = 0; i < 20; i++) {
                    sample.run();
                }
            })).isZero();
        }
    }

    @Property(tries = 300)
    void theHeapSortsAnyRow(@ForAll @Size(min = 1, max = 60) List<Float> row) {
        float[] logits = new float[row.size()];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = row.get(i).isNaN() ? 0 : row.get(i);
        }
        LogitHeap heap = new LogitHeap();
        heap.fill(logits, 0, logits.length);
        Integer[] order = IntStream.range(0, logits.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparing((Integer i) -> -logits[i] + 0f).thenComparing(i -> i));
        for (int rank = 0; rank < logits.length; rank++) {
            assertThat(heap.pop()).isEqualTo(logits[order[rank]] + 0f);
            assertThat(heap.popped(rank)).isEqualTo(order[rank]);
        }
    }
}
