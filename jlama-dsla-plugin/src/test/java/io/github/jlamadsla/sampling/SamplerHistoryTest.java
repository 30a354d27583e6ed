package io.github.jlamadsla.sampling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import io.github.jlamadsla.testing.Allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/** Mask, bias and penalties: what depends on more than the logits. */
class SamplerHistoryTest {
    private static final float INF = Float.POSITIVE_INFINITY;
    private static final int[] PROMPT = {0, 3, 3, 5};
    private static final List<Integer> OUTPUT = List.of(1, 3, 1, 1, 6);

    private static SamplingParameters.Builder parameters() {
        return SamplingParameters.builder();
    }

    /** A sampler whose output so far was that; the row is copied for each draw. */
    private static Sampler after(SamplingParameters parameters, int[] prompt, List<Integer> output) {
        Sampler sampler = new Sampler(parameters, prompt, null);
        output.forEach(sampler::accept);
        return sampler;
    }

    private static int sample(Sampler sampler, float... row) {
        return sampler.sample(row.clone(), 0, row.length);
    }

    private static float[] changed(SamplingParameters parameters, float... row) {
        float[] logits = row.clone();
        after(parameters, PROMPT, OUTPUT).sample(logits, 0, logits.length);
        return logits;
    }

    @Test
    void eachPenaltyByHand() {
        float[] row = {4, 4, 4, 4, -4, -4, -4, -4};

        assertThat(changed(parameters().repetitionPenalty(2).build(), row)).containsExactly(2, 2, 4, 2, -4, -8, -8, -4);
        assertThat(changed(parameters().repetitionPenalty(0.5).build(), row)).containsExactly(8, 8, 4, 8, -4, -2, -2,
                -4);
        assertThat(changed(parameters().frequencyPenalty(0.5).build(), row)).containsExactly(4, 2.5f, 4, 3.5f, -4, -4,
                -4.5f, -4);
        assertThat(changed(parameters().presencePenalty(1.5).build(), row)).containsExactly(4, 2.5f, 4, 2.5f, -4, -4,
                -5.5f, -4);
        assertThat(changed(parameters().presencePenalty(-2).frequencyPenalty(-2).build(), row)).containsExactly(4, 12,
                4, 8, -4, -4, 0, -4);
        assertThat(changed(parameters().logitBias(Map.of(7, 100f, 0, -1.5f, 2, -INF)).build(), row))
                .containsExactly(2.5f, 4, -INF, 4, -4, -4, -4, 96);
        // Bias first, then repetition, then what is subtracted: (4 + 2) / 2 - 3 * 0.5 - 1.
        assertThat(changed(parameters().logitBias(Map.of(1, 2f)).repetitionPenalty(2).frequencyPenalty(0.5)
                .presencePenalty(1).build(), row)[1]).isEqualTo(0.5f);
    }

    @Test
    void greedyTakesTheLikeliestAfterBiasAndPenalties() {
        assertThat(sample(after(parameters().repetitionPenalty(2).build(), new int[]{1}, List.of()), 2, 3, 1)).isZero();
        assertThat(sample(after(parameters().frequencyPenalty(1).build(), new int[]{1}, List.of()), 2, 3, 1))
                .isEqualTo(1); // the prompt does not count
        assertThat(sample(after(parameters().frequencyPenalty(1).build(), new int[0], List.of(1, 1)), 2, 3, 1))
                .isZero();
        assertThat(sample(after(parameters().presencePenalty(2).build(), new int[0], List.of(1)), 2, 3, 1)).isZero();
        assertThat(sample(after(parameters().logitBias(Map.of(2, 3f)).build(), new int[0], List.of()), 2, 3, 1))
                .isEqualTo(2);
    }

    @Test
    void onlyTheRowIsChanged() {
        float[] rows = {9, 1, 2, 9, 9};
        Sampler sampler = after(parameters().logitBias(Map.of(1, 5f)).repetitionPenalty(2).build(), new int[]{0},
                List.of());

        assertThat(sampler.sample(rows, 1, 2)).isEqualTo(1);
        assertThat(rows).containsExactly(9, 0.5f, 7, 9, 9);
    }

    static Stream<SamplingParameters> distributions() {
        SamplingParameters.Builder warm = parameters().temperature(1.3).seed(17);
        return Stream.of(warm.repetitionPenalty(1.3).build(), warm.repetitionPenalty(0.8).build(),
                warm.repetitionPenalty(1).frequencyPenalty(0.7).build(), warm.frequencyPenalty(-0.4).build(),
                warm.frequencyPenalty(0).presencePenalty(1.1).build(), warm.presencePenalty(-2).build(),
                warm.presencePenalty(0).logitBias(Map.of(2, 1.5f, 5, -2f, 7, -INF)).build(),
                warm.repetitionPenalty(1.2).frequencyPenalty(0.3).presencePenalty(-0.6).build(),
                warm.topK(7).topP(0.95).minP(0.05).build());
    }

    @ParameterizedTest
    @MethodSource("distributions")
    void drawsByTheShares(SamplingParameters parameters) {
        float[] row = {2f, -1f, 0.5f, 1.9f, 0f, -1.5f, 1f, 0.25f, -0.5f, 1.5f};
        NaiveSampler naive = new NaiveSampler(parameters);
        double[] shares = naive.shares(naive.penalised(row, PROMPT, OUTPUT));
        int draws = 40_000;
        int[] counts = new int[row.length];
        Sampler sampler = after(parameters, PROMPT, OUTPUT);
        for (int i = 0; i < draws; i++) {
            counts[sample(sampler, row)]++;
        }
        double chiSquare = 0;
        for (int i = 0; i < row.length; i++) {
            double expected = shares[i] * draws;
            if (expected == 0) {
                assertThat(counts[i]).isZero();
            } else {
                chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
            }
        }
        assertThat(chiSquare).isLessThan(27.9); // 9 degrees of freedom, p = 0.001
    }

    /**
     * All parameters at once over a whole answer. The sampler's random number is known, so the token is, too. Logits,
     * biases and penalties lie on a grid that floats hold exactly: no rounding moves a token over a filter's border.
     */
    @Property(tries = 300)
    void everyTokenIsTheOneTheDefinitionNames(@ForAll long seed) {
        Random random = new Random(seed);
        int vocabulary = 1 + random.nextInt(40);
        SamplingParameters parameters = anyParameters(random, vocabulary).seed(seed).build();
        int[] prompt = random.ints(random.nextInt(30), 0, vocabulary).toArray();
        NaiveSampler naive = new NaiveSampler(parameters);
        Sampler sampler = new Sampler(parameters, prompt, null);
        SplittableRandom same = new SplittableRandom(seed);
        List<Integer> output = new ArrayList<>();
        for (int step = 0; step < 15; step++) {
            float[] row = new float[vocabulary];
            for (int i = 0; i < vocabulary; i++) {
                row[i] = random.nextInt(-20, 20) / 4f;
            }
            double[] logits = naive.penalised(row, prompt, output);
            int token = sample(sampler, row);
            if (parameters.temperature() == 0) {
                assertThat(token).isEqualTo(NaiveSampler.order(logits)[0]);
            } else {
                double point = same.nextDouble();
                double before = naive.before(logits, token);
                assertThat(point).isBetween(before - 1e-9, before + naive.shares(logits)[token] + 1e-9);
                assertThat(naive.shares(logits)[token]).isPositive();
            }
            sampler.accept(token);
            output.add(token);
        }
    }

    private static SamplingParameters.Builder anyParameters(Random random, int vocabulary) {
        Map<Integer, Float> biases = new HashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            biases.put(random.nextInt(vocabulary), random.nextInt(-12, 13) / 4f);
        }
        double[] temperatures = {0, 0.001, 0.5, 1, 1.5, 100};
        return parameters().temperature(temperatures[random.nextInt(temperatures.length)])
                .topK(random.nextInt(vocabulary + 3))
                .topP(random.nextBoolean() ? 1 : 1 - random.nextDouble())
                .minP(random.nextBoolean() ? 0 : random.nextDouble())
                .repetitionPenalty(Math.pow(2, random.nextInt(3) - 1)).frequencyPenalty(random.nextInt(-8, 9) / 4.)
                .presencePenalty(random.nextInt(-8, 9) / 4.).logitBias(biases);
    }

    @Test
    void theSameHistoryGivesTheSameTokensWhateverElseRuns() {
        SamplingParameters parameters = parameters().temperature(1).topP(0.95).minP(0.01).repetitionPenalty(1.17)
                .frequencyPenalty(0.31).presencePenalty(0.13).logitBias(Map.of(3, 1.7f)).seed(5).build();
        Sampler other = new Sampler(parameters.toBuilder().seed(6).build(), PROMPT, null);
        List<Integer> alone = generate(new Sampler(parameters, PROMPT, null), null);

        assertThat(generate(new Sampler(parameters, PROMPT, null), other)).isEqualTo(alone);
        assertThat(generate(new Sampler(parameters, new int[0], null), null)).isNotEqualTo(alone);
        assertThat(generate(new Sampler(parameters.toBuilder().seed(6).build(), PROMPT, null), null))
                .isNotEqualTo(alone);
    }

    private static List<Integer> generate(Sampler sampler, Sampler between) {
        Random random = new Random(8);
        List<Integer> output = new ArrayList<>();
        for (int step = 0; step < 200; step++) {
            float[] row = new float[300];
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) random.nextGaussian() * 2;
            }
            if (between != null) {
                between.accept(sample(between, row));
            }
            output.add(sample(sampler, row));
            sampler.accept(output.getLast());
        }
        return output;
    }

    /** Allows what a list names, step by step, and notes what it hears. */
    private static class Script implements TokenMask {
        private final int[] allowed;
        private final List<String> heard = new ArrayList<>();

        Script(int... allowed) {
            this.allowed = allowed;
        }

        @Override
        public void apply(float[] logits, int offset, int count) {
            heard.add("apply " + offset + " " + count + " " + logits[offset]);
            for (int i = 0; i < count; i++) {
                int token = i;
                if (Arrays.stream(allowed).noneMatch(a -> a == token)) {
                    logits[offset + i] = -INF;
                }
            }
        }

        @Override
        public void accept(int token) {
            heard.add("accept " + token);
        }
    }

    @Test
    void theMaskComesFirstAndHearsWhatWasChosen() {
        Script mask = new Script(1, 2);
        Sampler sampler = new Sampler(parameters().logitBias(Map.of(0, 50f, 3, 100f)).build(), PROMPT, mask);
        float[] rows = {7, 8, 1, 2, 7};

        int token = sampler.sample(rows, 1, 4);
        sampler.accept(token);

        assertThat(token).isEqualTo(2); // no bias brings a forbidden token back
        assertThat(mask.heard).containsExactly("apply 1 4 8.0", "accept 2");
        assertThat(rows).containsExactly(7, -INF, 1, 2, -INF);
    }

    @Test
    void aMaskedSamplerDrawsOnlyWhatIsAllowed() {
        SamplingParameters.Builder hot = parameters().temperature(100).seed(2);
        for (SamplingParameters parameters : List.of(hot.build(), hot.topK(3).build(), hot.topP(0.9).build())) {
            Sampler sampler = new Sampler(parameters, new int[0], new Script(2, 5));
            assertThat(IntStream.range(0, 500).map(i -> sample(sampler, 9, 9, 1, 9, 9, 0)).distinct().sorted())
                    .containsExactly(2, 5);
        }
    }

    @Test
    void saysThatNothingMayComeNext() {
        Sampler masked = new Sampler(SamplingParameters.GREEDY, new int[0], new Script());
        Sampler forbidden = new Sampler(parameters().temperature(1).logitBias(Map.of(0, -INF, 1, -INF)).build());
        Sampler together = new Sampler(parameters().logitBias(Map.of(0, -INF)).build(), new int[0], new Script(0));

        for (Sampler sampler : List.of(masked, forbidden, together)) {
            assertThatIllegalStateException().isThrownBy(() -> sample(sampler, 1, INF)).withMessage(
                    "all 2 logits are minus infinity after token mask and logit bias: no token may come next");
        }
    }

    @Test
    void aMaskThatWritesNaNIsFoundOut() {
        TokenMask broken = new Script(0, 1) {
            @Override
            public void apply(float[] logits, int offset, int count) {
                logits[offset + 1] = Float.NaN;
            }
        };
        assertThatIllegalStateException()
                .isThrownBy(() -> sample(new Sampler(SamplingParameters.GREEDY, new int[0], broken), 1, 2))
                .withMessageContaining("logit 1 of 2 is NaN");
    }

    @Test
    void extremePenaltiesNeverMakeNaN() {
        float[] row = {INF, -INF, 3.4e38f, -3.4e38f, 0, -0f, 1e-45f};
        int[] all = IntStream.range(0, row.length).toArray();
        for (double repetition : new double[]{Double.MIN_VALUE, 1e-30, 1, 100}) {
            for (double penalty : new double[]{-2, 0, 2}) {
                Sampler sampler = after(parameters().repetitionPenalty(repetition).frequencyPenalty(penalty)
                        .presencePenalty(penalty).build(), all, List.of(0, 1, 2, 3, 4, 5, 6));
                float[] logits = row.clone();
                assertThat(sampler.sample(logits, 0, logits.length)).isIn(0, 2);
                assertThat(logits[1]).isEqualTo(-INF);
                for (float logit : logits) {
                    assertThat(logit).isNotNaN();
                }
            }
        }
    }

    @Test
    void refusesTokensOutsideTheVocabulary() {
        SamplingParameters biased = parameters().logitBias(Map.of(1, 1f, 4, 1f)).build();
        assertThatIllegalArgumentException().isThrownBy(() -> sample(new Sampler(biased), 1, 2, 3, 4))
                .withMessage("logitBias names token 4; allowed: 0 to 3, the vocabulary");
        assertThat(sample(new Sampler(biased), 0, 0, 0, 0, 1)).isEqualTo(4);

        SamplingParameters repetition = parameters().repetitionPenalty(1.1).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sample(new Sampler(repetition, new int[]{1, 2}, null), 1, 2))
                .withMessage("token 2 came before; allowed: 0 to 1, the vocabulary");
        assertThatIllegalArgumentException().isThrownBy(() -> new Sampler(repetition, new int[]{1, -1}, null))
                .withMessage("promptTokens[1] is -1; allowed: 0 or more");
        assertThatIllegalArgumentException().isThrownBy(() -> new Sampler(repetition).accept(-7))
                .withMessage("token is -7; allowed: 0 or more");
        assertThatNullPointerException().isThrownBy(() -> new Sampler(repetition, null, null))
                .withMessage("promptTokens");
        assertThatNullPointerException().isThrownBy(() -> new Sampler(null, PROMPT, null)).withMessage("parameters");
    }

    @Test
    void theCallersPromptMayChangeAfterwards() {
        int[] prompt = {1};
        Sampler sampler = new Sampler(parameters().repetitionPenalty(2).build(), prompt, null);
        prompt[0] = 0;

        assertThat(sample(sampler, 2, 3, 1)).isZero();
    }

    @Test
    void allocatesNothingPerTokenAfterTheFirst() {
        float[] row = new float[50_000];
        Sampler sampler = new Sampler(parameters().temperature(1).topP(0.9).repetitionPenalty(1.1).presencePenalty(1)
                .logitBias(Map.of(4, -INF)).build(), IntStream.range(0, 3_000).toArray(), null);
        Runnable token = () -> sampler.accept(sampler.sample(row, 0, row.length));
        token.run();

        assertThat(Allocation.of(() -> {
            for (int i = 0; i < 30; i++) {
                token.run();
            }
        })).isZero();
    }

    @Test
    void memoryOfTheHistoryFollowsTheDistinctTokens() {
        Penalties penalties = new Penalties(parameters().frequencyPenalty(1).build(), PROMPT);
        Random random = new Random(4);

        assertThat(Allocation.of(() -> {
            for (int i = 0; i < 1_000_000; i++) {
                penalties.accept(1_000_000 + random.nextInt(2_000));
            }
        })).isLessThan(200_000); // 2,048 places of 16 bytes, and as much again for what they grew from
    }
}
