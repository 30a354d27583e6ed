package io.github.jlamadsla.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.memory.SequenceMemory;
import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.testing.NaiveModel;
import io.github.jlamadsla.testing.Rms;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The shapes of SmolLM2-135M with random weights, so that they hold where its weights are not there: groups of three
 * query heads of 64, hidden 576 (nine heads, no power of two), 30 layers, 49,152 tokens. The MLP is small, for speed.
 */
class SmolLmShapesTest {
    private static final int LONG = 300;

    @TempDir
    private static Path directory;

    private static TestModels shapes(int layers) {
        return TestModels.llama().layers(layers).heads(9, 3, 64).widths(576, 40).context(8_192)
                .config(node -> node.put("rope_theta", 100_000.0));
    }

    private static int[] tokens(int count, int vocabulary) {
        return new Random(7).ints(count, 0, vocabulary).toArray();
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "BF16", "F16"})
    void everyTypeOfWeightsEqualsTheNaiveModel(DType type) {
        Path model = shapes(2).dtype(type).dslaDtype(type).window(24, 4).folding(1, 0)
                .write(directory.resolve("types-" + type));
        // One layer of either kind; 70 tokens are more than a page, and than window and sinks.
        checkAgainstNaive(model, 1, tokens(70, 256), 33, 1e-5);
    }

    @ParameterizedTest
    @CsvSource({"0", "15", "22"})
    void thirtyLayersEqualTheNaiveModel(int level) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, 30).boxed().toList());
        Collections.shuffle(order, new Random(1));
        Path model = shapes(30).dtype(DType.BF16).dslaDtype(DType.BF16).window(4, 1)
                .folding(order.subList(0, 22).toArray(Integer[]::new)).write(directory.resolve("deep"));
        // Rounding adds up over the layers, more in random ones than in trained ones.
        checkAgainstNaive(model, level, tokens(10, 256), 4, 3e-5);
    }

    @Test
    void aVocabularyOf49152EqualsTheNaiveModel() {
        Path model = shapes(1).dtype(DType.BF16).vocabulary(49_152).folding(0).write(directory.resolve("vocabulary"));
        checkAgainstNaive(model, 1, new int[]{49_151, 0, 48_000, 260, 2}, 3, 1e-5);
    }

    @ParameterizedTest
    @CsvSource({"0,F16,64,4", "2,F16,64,4", "3,F16,64,4", "2,F32,64,4", "3,F16,0,0"})
    void chunksAndThreadsDoNotShow(int level, KvPrecision precision, int window, int sinks) {
        Path model = shapes(3).dtype(DType.BF16).dslaDtype(DType.BF16).window(window, sinks).folding(2, 0, 1)
                .write(directory.resolve("bits-" + window));
        int[] tokens = tokens(LONG, 256);
        float[] expected = null;
        for (int threads : new int[]{2, 1, 3}) {
            try (TestRig rig = new TestRig(model, "dsla", precision, TestKernels.vector(), threads)) {
                for (int chunk : threads == 2 ? new int[]{LONG, 1, 7, 64, 128} : new int[]{64}) {
                    try (SequenceMemory memory = rig.newSequence(level)) {
                        float[] logits = rig.logits(memory, tokens, 0, LONG, chunk);
                        expected = expected == null ? logits : expected;
                        assertThat(logits).as("%d threads, chunks of %d", threads, chunk).isEqualTo(expected);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(KvPrecision.class)
    void companyInTheStepDoesNotShow(KvPrecision precision) {
        Path model = shapes(3).dtype(DType.BF16).dslaDtype(DType.BF16).window(64, 4).folding(2, 0, 1)
                .write(directory.resolve("company-" + precision));
        int[] tokens = tokens(LONG, 256);
        int[] levels = {3, 0, 1, 1, 2, 0};
        try (TestRig rig = new TestRig(model, "dsla", precision, TestKernels.vector(), 2)) {
            int width = rig.model.config().vocabularySize();
            List<SequenceMemory> memories = IntStream.of(levels).mapToObj(rig::newSequence).toList();
            try {
                rig.model.forward(IntStream.range(0, levels.length)
                        .mapToObj(i -> new SequenceStep(memories.get(i), tokens, i, 90 + i)).toList(), rig.workspace);
                Rows hidden = rig.model.forward(IntStream.range(0, levels.length)
                        .mapToObj(i -> new SequenceStep(memories.get(i), tokens, 90 + 2 * i, 1)).toList(),
                        rig.workspace);
                float[] together = new float[levels.length * width];
                rig.model.logits(hidden, levels.length, rig.workspace, Rows.of(together, width));
                for (int i = 0; i < levels.length; i++) {
                    try (SequenceMemory memory = rig.newSequence(levels[i])) {
                        float[] alone = rig.logits(memory, tokens, i, 91 + i, 50);
                        assertThat(Arrays.copyOfRange(together, i * width, (i + 1) * width)).as("sequence %d", i)
                                .isEqualTo(Arrays.copyOfRange(alone, (90 + i) * width, (91 + i) * width));
                    }
                }
            } finally {
                memories.forEach(SequenceMemory::close);
            }
        }
    }

    private static void checkAgainstNaive(Path model, int level, int[] tokens, int chunk, double tolerance) {
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(model, "dsla", true);
                TestRig rig = new TestRig(model, "dsla", KvPrecision.F32, TestKernels.vector(), 2);
                SequenceMemory memory = rig.newSequence(level)) {
            float[] logits = rig.logits(memory, tokens, 0, tokens.length, chunk);
            NaiveModel naive = new NaiveModel(checkpoint);
            float[] expected = new float[logits.length];
            int vocabulary = rig.model.config().vocabularySize();
            for (int t = 0; t < tokens.length; t++) {
                System.arraycopy(naive.step(tokens[t], level), 0, expected, t * vocabulary, vocabulary);
            }
            assertThat(Rms.relative(logits, expected)).isLessThan(tolerance);
        }
    }
}
