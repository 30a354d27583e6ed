package io.github.jlamadsla.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.memory.SequenceMemory;
import io.github.jlamadsla.testing.Golden;
import io.github.jlamadsla.testing.TestRig;

import static org.assertj.core.api.Assertions.assertThat;

/** "One row, the same bits" for whole prompts (DESIGN section 4): chunks, thread counts, and company in the step. */
class SameBitsTest {
    private static final int TOKENS = 700;

    private static int[] prompt() {
        try (Golden golden = Golden.open("base")) {
            return Arrays.copyOf(golden.ints("input_ids_long"), TOKENS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 6})
    void chunksOfAnySize(int level) {
        try (TestRig rig = TestRig.demo("dsla", KvPrecision.F16)) {
            float[] atOnce = logits(rig, level, TOKENS);
            for (int chunk : new int[]{1, 7, 64, 512}) {
                assertThat(logits(rig, level, chunk)).as("chunks of %d", chunk).isEqualTo(atOnce);
            }
        }
    }

    @Test
    void chunksOfAnySizeInTheReleasedFormWithF32Kv() {
        try (TestRig rig = TestRig.demo("dsla-released", KvPrecision.F32)) {
            float[] atOnce = logits(rig, 3, TOKENS);
            for (int chunk : new int[]{1, 64}) {
                assertThat(logits(rig, 3, chunk)).as("chunks of %d", chunk).isEqualTo(atOnce);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(KvPrecision.class)
    void anyNumberOfThreads(KvPrecision precision) {
        float[] two;
        try (TestRig rig = TestRig.demo("dsla", precision)) {
            two = logits(rig, 3, 256);
        }
        for (int threads : new int[]{1, 3}) {
            try (TestRig rig = new TestRig(TestRig.demoModel(), "dsla", precision, TestKernels.vector(), threads)) {
                assertThat(logits(rig, 3, 256)).as("%d threads", threads).isEqualTo(two);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dsla", "dsla-released"})
    void anyCompanyInTheStep(String folder) {
        int[] tokens = prompt();
        int vocabulary = 8_192;
        List<Integer> levels = List.of(0, 6, 2, 2, 0);
        try (TestRig rig = TestRig.demo(folder, KvPrecision.F16)) {
            List<SequenceMemory> memories = new ArrayList<>();
            List<SequenceStep> first = new ArrayList<>();
            List<SequenceStep> second = new ArrayList<>();
            for (int i = 0; i < levels.size(); i++) {
                SequenceMemory memory = rig.newSequence(levels.get(i));
                memories.add(memory);
                first.add(new SequenceStep(memory, tokens, 10 * i, 50 + i));
                second.add(new SequenceStep(memory, tokens, 10 * i + 50 + i, 1));
            }
            rig.model.forward(first, rig.workspace);
            Rows hidden = rig.model.forward(second, rig.workspace);
            float[] together = new float[levels.size() * vocabulary];
            rig.model.logits(hidden, levels.size(), rig.workspace, Rows.of(together, vocabulary));
            memories.forEach(SequenceMemory::close);
            for (int i = 0; i < levels.size(); i++) {
                try (SequenceMemory memory = rig.newSequence(levels.get(i))) {
                    float[] alone = rig.logits(memory, tokens, 10 * i, 51 + i, 20);
                    assertThat(Arrays.copyOfRange(together, i * vocabulary, (i + 1) * vocabulary))
                            .as("sequence %d", i)
                            .isEqualTo(Arrays.copyOfRange(alone, (50 + i) * vocabulary, (51 + i) * vocabulary));
                }
            }
            assertThat(rig.budget.used()).isZero();
        }
    }

    private static float[] logits(TestRig rig, int level, int chunk) {
        try (SequenceMemory memory = rig.newSequence(level)) {
            return rig.logits(memory, prompt(), 0, TOKENS, chunk);
        }
    }
}
