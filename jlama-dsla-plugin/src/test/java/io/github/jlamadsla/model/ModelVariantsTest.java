package io.github.jlamadsla.model;

import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.memory.SequenceMemory;
import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.testing.NaiveModel;
import io.github.jlamadsla.testing.Rms;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;

import static org.assertj.core.api.Assertions.assertThat;

/** Every kind of directory that loads computes what the naive model computes, at its lowest, a middle and its top level. */
class ModelVariantsTest {
    private static final int TOKENS = 90;

    @TempDir
    private static Path directory;

    private static Map<String, TestModels> variants() {
        Map<String, TestModels> all = new TreeMap<>();
        all.put("plain, no DSLA layers", TestModels.llama());
        all.put("BF16, sharded", TestModels.llama().dtype(DType.BF16).shards(3).folding(1, 0));
        all.put("F16, untied", TestModels.llama().dtype(DType.F16).untied().folding(2));
        all.put("F32 base, BF16 DSLA", TestModels.llama().dslaDtype(DType.BF16).folding(2, 1, 0));
        all.put("one query head per KV head", TestModels.llama().heads(2, 2, 32).folding(0));
        all.put("three query heads per KV head", TestModels.llama().heads(9, 3, 16).widths(80, 56).folding(1));
        all.put("one KV head", TestModels.llama().heads(4, 1, 64).folding(1, 2));
        all.put("linear rotary scaling", TestModels.llama().linearRope(2.5).folding(1));
        all.put("llama3 rotary scaling", TestModels.llama().llama3Rope(8, 1, 4, 64).folding(1));
        all.put("released", TestModels.llama().released(1, 2));
        all.put("wide released", TestModels.llama().wideReleased(0, 2));
        all.put("authors' style", TestModels.llama().authorsStyle(0, 2));
        return all;
    }

    static Stream<String> names() {
        return variants().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void equalsTheNaiveModel(String name) {
        Path model = variants().get(name).write(directory.resolve(name.replaceAll("\\W+", "-")));
        for (String kernels : new String[]{"vector", "scalar"}) {
            try (HybridCheckpoint checkpoint = HybridCheckpoint.open(model, "dsla", false);
                    TestRig rig = new TestRig(model, "dsla", KvPrecision.F32, TestKernels.named(kernels), 2)) {
                LayerOrder order = rig.model.order();
                for (int level = order.bottom(); level <= order.top(); level++) {
                    check(checkpoint, rig, level);
                }
            }
        }
    }

    private static void check(HybridCheckpoint checkpoint, TestRig rig, int level) {
        int[] tokens = new Random(3).ints(TOKENS, 0, 256).toArray();
        NaiveModel naive = new NaiveModel(checkpoint);
        try (SequenceMemory memory = rig.newSequence(level)) {
            float[] logits = rig.logits(memory, tokens, 0, TOKENS, 40);
            float[] expected = new float[logits.length];
            int vocabulary = logits.length / TOKENS;
            for (int t = 0; t < TOKENS; t++) {
                System.arraycopy(naive.step(tokens[t], level), 0, expected, t * vocabulary, vocabulary);
            }
            assertThat(Rms.relative(logits, expected)).as("level %d", level).isLessThan(1e-5);
            assertThat(memory.bytes()).isEqualTo(rig.model.sequenceBytes(TOKENS, level))
                    .isEqualTo(rig.budget.used());
        }
        assertThat(rig.budget.used()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0,F16", "1,F16", "63,F32", "64,F16", "65,F32", "1000,F16"})
    void bytesAreKnownBeforeAllocation(int tokens, KvPrecision precision) {
        Path model = TestModels.llama().layers(3).heads(4, 2, 16).folding(1, 2).write(directory.resolve("bytes"));
        try (TestRig rig = new TestRig(model, "dsla", precision, TestKernels.vector(), 1)) {
            long page = 64L * 2 * 2 * 16 * precision.bytes();
            long pages = (tokens + 63) / 64;
            long states = 2L * 2 * 16 * 16 * 4;
            assertThat(rig.model.sequenceBytes(tokens, 0)).isEqualTo(3 * pages * page);
            assertThat(rig.model.sequenceBytes(tokens, 2)).isEqualTo(pages * page + 2 * states);
        }
    }
}
