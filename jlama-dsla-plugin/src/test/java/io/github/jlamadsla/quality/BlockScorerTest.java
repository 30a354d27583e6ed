package io.github.jlamadsla.quality;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.testing.NaiveModel;
import io.github.jlamadsla.testing.TestModels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

/** Scores of a tiny random model against sums in double over the naive model's logits. */
class BlockScorerTest {
    private static final List<Integer> LEVELS = List.of(0, 1, 2);

    @TempDir
    static Path folder;
    private static Path directory;
    private static int[] tokens;

    @BeforeAll
    static void write() {
        directory = TestModels.llama().vocabulary(301).folding(1, 0).write(folder.resolve("tiny"));
        tokens = new Random(3).ints(700, 0, 301).toArray();
    }

    /** Nats, divergence and equal argmaxes of a block, one token at a time, from an empty memory. */
    private static double[] naive(int first, int count, int level) {
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(directory, "dsla", true)) {
            NaiveModel base = new NaiveModel(checkpoint);
            NaiveModel model = new NaiveModel(checkpoint);
            double[] sums = new double[3];
            for (int i = 0; i < count - 1; i++) {
                double[] p = logSoftmax(base.step(tokens[first + i], 0));
                double[] q = logSoftmax(model.step(tokens[first + i], level));
                sums[0] -= q[tokens[first + i + 1]];
                for (int t = 0; t < p.length; t++) {
                    sums[1] += Math.exp(p[t]) * (p[t] - q[t]);
                }
                sums[2] += largest(p) == largest(q) ? 1 : 0;
            }
            return sums;
        }
    }

    private static double[] logSoftmax(float[] logits) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        double[] out = new double[logits.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = logits[i] - Math.log(sum);
        }
        return out;
    }

    private static int largest(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }

    private static List<BlockScore> score(MeasuredModel measured, List<Integer> levels, int first, int count) {
        return new BlockScorer(measured, levels).score(tokens, first, count, _ -> {
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 129, 200})
    void equalsTheNaiveSums(int count) {
        try (MeasuredModel measured = Measured.open(directory)) {
            List<BlockScore> scores = score(measured, LEVELS, 17, count);
            for (int level : LEVELS) {
                double[] expected = naive(17, count, level);
                BlockScore score = scores.get(level);
                assertThat(score.scored()).isEqualTo(count - 1);
                assertThat(score.natsPerToken()).isCloseTo(expected[0] / (count - 1), offset(1e-5));
                assertThat(score.divergencePerToken()).isCloseTo(expected[1] / (count - 1), offset(1e-6));
                assertThat(score.equal()).isEqualTo((int) expected[2]);
            }
            assertThat(scores.get(0).divergence()).isZero();
            assertThat(scores.get(0).equalShare()).isEqualTo(1);
            assertThat(scores.get(2).divergence()).isPositive();
        }
    }

    @Test
    void theScalarFormAgrees() {
        try (MeasuredModel vector = Measured.open(directory);
                MeasuredModel scalar = Measured.open(directory, 1, 1 << 28, TestKernels.scalar())) {
            List<BlockScore> expected = score(scalar, LEVELS, 0, 200);
            List<BlockScore> actual = score(vector, LEVELS, 0, 200);
            for (int level : LEVELS) {
                assertThat(actual.get(level).natsPerToken()).isCloseTo(expected.get(level).natsPerToken(),
                        offset(1e-5));
                assertThat(actual.get(level).divergencePerToken())
                        .isCloseTo(expected.get(level).divergencePerToken(), offset(1e-6));
            }
        }
    }

    @Test
    void levelsTogetherHaveTheBitsOfEachAloneOnAnyNumberOfThreads() {
        List<BlockScore> together;
        try (MeasuredModel measured = Measured.open(directory)) {
            together = score(measured, LEVELS, 5, 400);
        }
        try (MeasuredModel measured = Measured.open(directory, 1, 1 << 28, TestKernels.vector())) {
            for (int level : List.of(1, 2)) {
                assertThat(score(measured, List.of(0, level), 5, 400))
                        .containsExactly(together.get(0), together.get(level));
            }
            assertThat(score(measured, List.of(0), 5, 400)).containsExactly(together.getFirst());
            assertThat(score(measured, List.of(2), 5, 400).getFirst().nats()).isEqualTo(together.get(2).nats());
        }
    }

    @Test
    void aTextIsCutIntoWholeBlocksEachFromAnEmptyMemory() {
        try (MeasuredModel measured = Measured.open(directory)) {
            List<Integer> read = new ArrayList<>();
            TextMeasurement text = TextMeasurement.of(measured, tokens, 200, LEVELS, read::add);
            assertThat(text.tokens()).isEqualTo(600);
            assertThat(read.stream().mapToInt(Integer::intValue).sum()).isEqualTo(3 * 600);
            double[] nats = new double[3];
            double[] above = new double[3];
            for (int block = 0; block < 3; block++) {
                List<BlockScore> alone = score(measured, LEVELS, block * 200, 200);
                nats[block] = alone.get(2).natsPerToken();
                above[block] = nats[block] - alone.getFirst().natsPerToken();
            }
            TextFigures top = text.levels().get(2);
            assertThat(top.level()).isEqualTo(2);
            assertThat(top.nats()).isEqualTo(Estimate.of(nats));
            assertThat(top.above()).isEqualTo(Estimate.of(above));
            assertThat(top.perplexity()).isEqualTo(Math.exp(top.nats().mean()));
            assertThat(text.levels().getFirst().above().mean()).isZero();
        }
    }

    @Test
    void withoutLevel0NothingIsCompared() {
        Path authors = TestModels.llama().authorsStyle(0, 2).write(folder.resolve("authors"));
        try (MeasuredModel measured = Measured.open(authors)) {
            int[] some = new Random(1).ints(100, 0, 260).toArray();
            TextFigures figures = TextMeasurement.of(measured, some, 50, List.of(2), _ -> {
            }).levels().getFirst();
            assertThat(figures.nats().mean()).isPositive();
            assertThat(figures.divergence().mean()).isNaN();
            assertThat(figures.above().mean()).isNaN();
            assertThat(figures.equal().mean()).isNaN();
        }
    }

    @Test
    void whatDoesNotFitIsRefusedBeforehand() {
        try (MeasuredModel measured = Measured.open(directory, 1, 200_000, TestKernels.vector())) {
            assertThatThrownBy(() -> TextMeasurement.of(measured, tokens, 701, LEVELS, _ -> {
            }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the text has 700 tokens; allowed: 701 or more, one block");
            assertThatThrownBy(() -> TextMeasurement.of(measured, new int[3000], 2_049, LEVELS, _ -> {
            }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("2049 tokens at once; allowed: at most 2048, the model's context");
            assertThatThrownBy(() -> TextMeasurement.of(measured, tokens, 600, LEVELS, _ -> {
            }))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("MB of keys, values and states");
            assertThatThrownBy(() -> score(measured, LEVELS, 0, 1)).hasMessageContaining("2 or more");
            assertThat(measured.budget().used()).isZero();
        }
    }

    @Test
    void nothingStaysInMemory() {
        try (MeasuredModel measured = Measured.open(directory)) {
            score(measured, LEVELS, 0, 300);
            assertThat(measured.budget().used()).isZero();
        }
    }

    @Test
    void logitsThatAreNotFiniteAreAnErrorAndNoFigure() {
        Path broken = TestModels.llama().write(folder.resolve("broken"));
        NotANumber.into(broken.resolve("model.safetensors"), "model.norm.weight");
        List<Integer> levels = List.of(0);
        try (MeasuredModel measured = Measured.open(broken)) {
            assertThatThrownBy(() -> new BlockScorer(measured, levels).score(new int[50], 0, 50, _ -> {
            }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the logits of level 0 before token 0 are not all finite; nothing can be measured");
            FactChat chat = new FactChat("a", new int[40], List.of(new FactChat.Answer(10, 12)));
            assertThatThrownBy(() -> new FactScorer(measured, levels).score(chat, _ -> {
            }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("a logit of level 0 behind 10 tokens is NaN; nothing can be measured");
            assertThatThrownBy(() -> new GreedyWriter(measured, levels, measured.stopTokens(), 4)
                    .answer(List.of(new int[7]), _ -> {
                    })).isInstanceOf(IllegalStateException.class)
                    .hasMessage("a logit of level 0 behind 7 tokens is NaN; nothing can be measured");
            assertThat(measured.budget().used()).isZero();
        }
    }
}
