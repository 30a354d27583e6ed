package io.github.jlamadsla.model;

import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.memory.SequenceMemory;
import io.github.jlamadsla.testing.Golden;
import io.github.jlamadsla.testing.Rms;
import io.github.jlamadsla.testing.TestRig;

import static org.assertj.core.api.Assertions.assertThat;

/** The demo model against the PyTorch reference: both forms, all measured levels, raised runs, both KV precisions. */
class WholeModelParityTest {
    private static final int VOCABULARY = 8_192;
    private static final int CHUNK = 256;

    /** A reference run: a level, or two with the share of the tokens read before the raise. */
    record Run(String tag, int from, int to, double share) {
        static Run level(int level) {
            return new Run("level" + level, level, level, 0);
        }

        @Override
        public String toString() {
            return tag;
        }
    }

    static Stream<Arguments> runs() {
        return Stream.of("folding", "released").flatMap(form -> {
            Stream<Run> levels = Stream.of(0, 2, 4, 6).map(Run::level);
            Stream<Run> raised = Stream.of(new Run("raise_0_to_6_at_half", 0, 6, .5),
                    new Run("raise_2_to_4_at_three_quarters", 2, 4, .75));
            return form.equals("folding")
                    ? Stream.concat(levels, raised).map(r -> Arguments.of(form, r))
                    : levels.map(r -> Arguments.of(form, r));
        });
    }

    @ParameterizedTest
    @MethodSource("runs")
    void logitsWithF32Kv(String form, Run run) {
        check(form, run, KvPrecision.F32, 1e-5);
    }

    @ParameterizedTest
    @MethodSource("runs")
    void logitsWithF16Kv(String form, Run run) {
        check(form, run, KvPrecision.F16, 5e-4);
    }

    private static void check(String form, Run run, KvPrecision precision, double tolerance) {
        String folder = form.equals("folding") ? "dsla" : "dsla-released";
        try (Golden base = Golden.open("base");
                Golden own = Golden.open(form);
                TestRig rig = TestRig.demo(folder, precision)) {
            Golden golden = run.tag().equals("level0") ? base : own;
            int[] ids = base.ints("input_ids");
            for (int prompt = 0; prompt < 2; prompt++) {
                int[] tokens = Arrays.copyOfRange(ids, prompt * 512, (prompt + 1) * 512);
                float[] logits = run(rig, run, tokens);
                int[] positions = golden.ints("logits_positions");
                assertThat(Rms.relative(rows(logits, positions),
                        slice(golden.floats("logits_" + run.tag()), prompt, 2))).isLessThan(tolerance);
                checkArgmax(logits, slice(golden.ints("argmax_" + run.tag()), prompt, 2),
                        slice(golden.floats("margin_" + run.tag()), prompt, 2), precision);
            }
            float[] logits = run(rig, run, base.ints("input_ids_long"));
            assertThat(Rms.relative(rows(logits, golden.ints("long_logits_positions")),
                    golden.floats("long_logits_" + run.tag()))).isLessThan(tolerance);
            assertThat(agreement(logits, golden.ints("long_argmax_" + run.tag())))
                    .isGreaterThanOrEqualTo(precision == KvPrecision.F32 ? .999 : .995);
        }
    }

    private static float[] run(TestRig rig, Run run, int[] tokens) {
        try (SequenceMemory memory = rig.newSequence(run.from())) {
            int before = (int) (tokens.length * run.share());
            float[] logits = Arrays.copyOf(rig.logits(memory, tokens, 0, before, CHUNK), tokens.length * VOCABULARY);
            rig.raise(memory, run.to());
            float[] rest = rig.logits(memory, tokens, before, tokens.length - before, CHUNK);
            System.arraycopy(rest, 0, logits, before * VOCABULARY, rest.length);
            return logits;
        }
    }

    private static void checkArgmax(float[] logits, int[] expected, float[] margins, KvPrecision precision) {
        if (precision == KvPrecision.F16) {
            assertThat(agreement(logits, expected)).isGreaterThanOrEqualTo(.995);
            return;
        }
        int clear = 0;
        for (int i = 0; i < expected.length; i++) {
            if (margins[i] > 1e-3) {
                clear++;
                assertThat(TestRig.argmax(logits, i, VOCABULARY)).as("argmax at %d", i).isEqualTo(expected[i]);
            }
        }
        assertThat(clear).isGreaterThan(expected.length * 9 / 10);
    }

    private static double agreement(float[] logits, int[] expected) {
        int equal = 0;
        for (int i = 0; i < expected.length; i++) {
            equal += TestRig.argmax(logits, i, VOCABULARY) == expected[i] ? 1 : 0;
        }
        return (double) equal / expected.length;
    }

    private static float[] rows(float[] logits, int[] positions) {
        float[] rows = new float[positions.length * VOCABULARY];
        for (int i = 0; i < positions.length; i++) {
            System.arraycopy(logits, positions[i] * VOCABULARY, rows, i * VOCABULARY, VOCABULARY);
        }
        return rows;
    }

    private static float[] slice(float[] values, int part, int parts) {
        int n = values.length / parts;
        return Arrays.copyOfRange(values, part * n, (part + 1) * n);
    }

    private static int[] slice(int[] values, int part, int parts) {
        int n = values.length / parts;
        return Arrays.copyOfRange(values, part * n, (part + 1) * n);
    }
}
