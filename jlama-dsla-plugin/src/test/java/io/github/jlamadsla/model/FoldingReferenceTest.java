package io.github.jlamadsla.model;

import java.nio.file.Path;
import java.util.Random;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.MemoryBudgetException;
import io.github.jlamadsla.memory.SequenceMemory;
import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.testing.NaiveModel;
import io.github.jlamadsla.testing.Rms;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Raising at step t equals a naive reference that runs softmax up to t while feeding each later-converted layer's keys
 * and values, token by token, into a shadow state, and switches there.
 */
class FoldingReferenceTest {
    private static final int TOKENS = 210;

    @TempDir
    private static Path directory;
    private static Path model;

    @BeforeAll
    static void write() {
        model = TestModels.llama().layers(4).widths(48, 64).heads(6, 2, 16).dtype(DType.BF16).folding(2, 0, 3)
                .write(directory);
    }

    @ParameterizedTest
    @CsvSource({"0,0,3,64", "1,0,3,7", "63,0,1,64", "64,0,3,512", "65,0,2,1", "130,1,3,7", "130,0,3,512",
        "200,2,3,64", "209,0,3,64"})
    void raisedAtAnyStepWhateverTheChunking(int at, int from, int to, int chunk) {
        int[] tokens = new Random(7).ints(TOKENS, 0, 256).toArray();
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(model, "dsla", true);
                TestRig rig = new TestRig(model, "dsla", KvPrecision.F32, TestKernels.vector(), 2);
                SequenceMemory memory = rig.newSequence(from)) {
            NaiveModel naive = new NaiveModel(checkpoint);
            for (int t = 0; t < at; t++) {
                naive.step(tokens[t], from);
            }
            rig.logits(memory, tokens, 0, at, chunk);
            long before = rig.budget.used();
            rig.raise(memory, to);
            if (at > 0) {
                for (int level = 1; level <= to; level++) {
                    int layer = rig.model.order().layers().get(level - 1);
                    assertThat(Rms.relative(TestRig.states(memory, layer), naive.states(layer)))
                            .as("states of layer %d", layer).isLessThan(1e-5);
                }
            }
            assertThat(rig.budget.used()).as("pages are freed at once")
                    .isEqualTo(rig.model.sequenceBytes(at, to)).isEqualTo(memory.bytes());
            assertThat(before).isEqualTo(rig.model.sequenceBytes(at, from));
            float[] logits = rig.logits(memory, tokens, at, TOKENS - at, chunk);
            float[] expected = new float[logits.length];
            int vocabulary = logits.length / (TOKENS - at);
            for (int t = at; t < TOKENS; t++) {
                System.arraycopy(naive.step(tokens[t], to), 0, expected, (t - at) * vocabulary, vocabulary);
            }
            assertThat(Rms.relative(logits, expected)).isLessThan(1e-5);
            for (int level = 1; level <= to; level++) {
                int layer = rig.model.order().layers().get(level - 1);
                assertThat(Rms.relative(TestRig.states(memory, layer), naive.states(layer))).isLessThan(1e-5);
            }
        }
    }

    @Test
    void raisingTwiceIsRaisingOnceTheRestLater() {
        int[] tokens = new Random(8).ints(TOKENS, 0, 256).toArray();
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(model, "dsla", true);
                TestRig rig = new TestRig(model, "dsla", KvPrecision.F32, TestKernels.vector(), 2);
                SequenceMemory memory = rig.newSequence(0)) {
            NaiveModel naive = new NaiveModel(checkpoint);
            float[] expected = null;
            for (int t = 0; t < TOKENS; t++) {
                expected = naive.step(tokens[t], t < 50 ? 0 : t < 150 ? 1 : 3);
            }
            rig.logits(memory, tokens, 0, 50, 64);
            rig.raise(memory, 1);
            rig.logits(memory, tokens, 50, 100, 64);
            rig.raise(memory, 3);
            rig.logits(memory, tokens, 150, TOKENS - 151, 64);
            assertThat(Rms.relative(rig.logits(memory, tokens, TOKENS - 1, 1, 64), expected)).isLessThan(1e-5);
        }
    }

    @Test
    void neverDownAndNeverAboveTheOrder() {
        try (TestRig rig = new TestRig(model, "dsla", KvPrecision.F16, TestKernels.vector(), 1);
                SequenceMemory memory = rig.newSequence(2)) {
            assertThatThrownBy(() -> rig.raise(memory, 1)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("level is 1; allowed: 2 (the present level) to 3; a running request never goes down");
            assertThatThrownBy(() -> rig.raise(memory, 4)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("level is 4; allowed: 2 (the present level) to 3");
            assertThatThrownBy(() -> rig.newSequence(4)).hasMessage("level is 4; allowed: 0 to 3");
        }
    }

    @Test
    void theReleasedFormCannotBeFolded() {
        Path released = TestModels.llama().released(1).write(directory.resolve("released"));
        try (TestRig rig = new TestRig(released, "dsla", KvPrecision.F16, TestKernels.vector(), 1);
                SequenceMemory memory = rig.newSequence(0)) {
            assertThat(rig.model.canRaise()).isFalse();
            assertThatThrownBy(() -> rig.raise(memory, 1)).isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("released form");
        }
    }

    private static float[] neverRaised(TestRig rig, int[] tokens) {
        try (SequenceMemory memory = rig.newSequence(0)) {
            rig.logits(memory, tokens, 0, 10, 10);
            return rig.logits(memory, tokens, 10, 1, 1);
        }
    }

    @Test
    void aBudgetMissLeavesTheSequenceUsableAtTheLevelReached() {
        int[] tokens = new Random(9).ints(TOKENS, 0, 256).toArray();
        try (TestRig rig = new TestRig(model, "dsla", KvPrecision.F16, TestKernels.vector(), 1)) {
            MemoryBudget tight = new MemoryBudget(rig.model.sequenceBytes(10, 0) + 100);
            try (SequenceMemory memory = rig.model.newSequence(0, tight)) {
                rig.logits(memory, tokens, 0, 10, 10);
                assertThatThrownBy(() -> rig.model.raise(memory, 3, tight, rig.workspace))
                        .isInstanceOf(MemoryBudgetException.class);
                assertThat(memory.level()).isZero();
                assertThat(rig.logits(memory, tokens, 10, 1, 1)).as("as if nothing had happened")
                        .isEqualTo(neverRaised(rig, tokens));
            }
            assertThat(tight.used()).isZero();
        }
    }
}
