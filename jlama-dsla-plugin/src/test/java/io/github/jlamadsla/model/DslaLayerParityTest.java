package io.github.jlamadsla.model;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.kernel.Kernels;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.MatMul;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.kernel.Workers;
import io.github.jlamadsla.memory.DualState;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.NativeArena;
import io.github.jlamadsla.testing.Golden;
import io.github.jlamadsla.testing.Rms;
import io.github.jlamadsla.testing.TestRig;

import static org.assertj.core.api.Assertions.assertThat;

/** One DSLA layer against the reference: outputs, gates and both states, with both kernel forms. */
class DslaLayerParityTest {
    private static final double TOLERANCE = 1e-5;

    @ParameterizedTest
    @CsvSource({"a,128,4,77,scalar", "a,128,4,77,vector", "b,256,2,200,scalar", "b,256,2,200,vector"})
    void authorsLayerPrefillThenSingleSteps(String file, int hidden, int heads, int prefill, String form) {
        Kernels kernels = TestKernels.named(form);
        int d = hidden / heads;
        AttentionShape shape = new AttentionShape(hidden, heads, heads, d);
        try (Golden golden = Golden.open("dsla_layer_" + file);
                NativeArena arena = new NativeArena(MemoryBudget.unlimited(), "weights");
                Workers workers = TestKernels.workers(2);
                Workspace workspace = new Workspace(kernels, workers)) {
            DslaAttention layer = authorsLayer(golden, kernels.matMul(), arena, shape);
            float[] input = golden.floats("input"); // [rows][hidden]
            int rows = input.length / hidden;
            float[] output = new float[input.length];
            try (DualState state = layer.newMemory(MemoryBudget.unlimited())) {
                for (int row = 0; row < rows;) {
                    int count = row == 0 ? prefill : 1;
                    layer.attend(Rows.of(input, hidden).from(row), count,
                            List.of(new LayerStep(state, 0, count, row)), workspace, Rows.of(output, hidden).from(row));
                    row += count;
                }
                assertThat(Rms.relative(output, golden.floats("output"))).isLessThan(TOLERANCE);
                checkStates(state, heads, d, golden.floats("state1"), golden.floats("state2"));
            }
        }
    }

    private static DslaAttention authorsLayer(Golden golden, MatMul matMul, NativeArena arena, AttentionShape shape) {
        float[] alpha = golden.floats("alpha_list");
        double sum = Math.exp(alpha[0]) + Math.exp(alpha[1]);
        float[] bias = new float[2 * shape.hiddenSize()];
        System.arraycopy(golden.floats("gk_proj.bias"), 0, bias, 0, shape.hiddenSize());
        System.arraycopy(golden.floats("gk_proj2.bias"), 0, bias, shape.hiddenSize(), shape.hiddenSize());
        GateProjection gates = new ReleasedGates(shape.heads(), shape.headSize(), matMul.pack(
                List.of(golden.matrix("gk_proj.weight"), golden.matrix("gk_proj2.weight")), arena), bias);
        return new DslaAttention(shape,
                new DslaAttention.Weights(matMul.pack(List.of(golden.matrix("q_proj.weight")), arena),
                        matMul.pack(List.of(golden.matrix("k_proj.weight"), golden.matrix("v_proj.weight")), arena),
                        matMul.pack(List.of(golden.matrix("o_proj.weight")), arena), gates,
                        (float) (Math.exp(alpha[0]) / sum), (float) (Math.exp(alpha[1]) / sum), 16, -50),
                null);
    }

    @ParameterizedTest
    @CsvSource({"folding,dsla,scalar", "folding,dsla,vector", "released,dsla-released,scalar",
        "released,dsla-released,vector"})
    void layerOneOfTheDemoModel(String goldenName, String folder, String form) {
        Kernels kernels = TestKernels.named(form);
        AttentionShape shape = new AttentionShape(512, 8, 4, 64);
        try (Golden base = Golden.open("base");
                Golden golden = Golden.open(goldenName);
                HybridCheckpoint checkpoint = HybridCheckpoint.open(TestRig.demoModel(), folder, true);
                NativeArena arena = new NativeArena(MemoryBudget.unlimited(), "weights");
                Workers workers = TestKernels.workers(2);
                Workspace workspace = new Workspace(kernels, workers)) {
            DslaAttention layer = (DslaAttention) new DslaLayerLoader(checkpoint, kernels.matMul(), arena, shape).load(
                    1,
                    softmax(checkpoint, kernels.matMul(), arena, shape));
            float[] input = base.floats("layer1.input"); // [512][512]
            float[] kv = interleave(golden.floats("layer1.k"), golden.floats("layer1.v"), 512, 256);
            Rows gates = layer.logGates(Rows.of(input, 512), Rows.of(kv, 512), 512, workspace);
            boolean folding = goldenName.equals("folding");
            assertThat(Rms.relative(gates(gates, folding, 0), golden.floats("layer1.log_gate_history")))
                    .isLessThan(TOLERANCE);
            assertThat(Rms.relative(gates(gates, folding, 1), golden.floats("layer1.log_gate_recency")))
                    .isLessThan(TOLERANCE);
            float[] output = new float[input.length];
            try (DualState state = layer.newMemory(MemoryBudget.unlimited())) {
                layer.attend(Rows.of(input, 512), 512, List.of(new LayerStep(state, 0, 512, 0)), workspace,
                        Rows.of(output, 512));
                int[] rows = golden.ints("layer1.rows");
                float[] some = new float[rows.length * 512];
                for (int i = 0; i < rows.length; i++) {
                    System.arraycopy(output, rows[i] * 512, some, i * 512, 512);
                }
                assertThat(Rms.relative(some, golden.floats("layer1.output"))).isLessThan(TOLERANCE);
                checkStates(state, 4, 64, golden.floats("layer1.state_history"),
                        golden.floats("layer1.state_recency"));
            }
        }
    }

    private static SoftmaxAttention softmax(HybridCheckpoint checkpoint, MatMul matMul, NativeArena arena,
            AttentionShape shape) {
        String prefix = "model.layers.1.self_attn.";
        return new SoftmaxAttention(shape,
                new SoftmaxAttention.Projections(
                        matMul.pack(List.of(checkpoint.matrix(prefix + "q_proj.weight")), arena),
                        matMul.pack(List.of(checkpoint.matrix(prefix + "k_proj.weight"),
                                checkpoint.matrix(prefix + "v_proj.weight")), arena),
                        matMul.pack(List.of(checkpoint.matrix(prefix + "o_proj.weight")), arena)),
                new RotaryEmbedding(64, 1, 100_000, checkpoint.config().ropeScaling()), KvPrecision.F32);
    }

    private static float[] interleave(float[] k, float[] v, int rows, int width) {
        float[] kv = new float[2 * rows * width];
        for (int r = 0; r < rows; r++) {
            System.arraycopy(k, r * width, kv, 2 * r * width, width);
            System.arraycopy(v, r * width, kv, (2 * r + 1) * width, width);
        }
        return kv;
    }

    /** Gates of one state as {@code [512][4][64]}: 0 history, 1 recency. */
    private static float[] gates(Rows gates, boolean folding, int state) {
        float[] out = new float[512 * 256];
        for (int r = 0; r < 512; r++) {
            for (int h = 0; h < 4; h++) {
                int column = folding ? (2 * h + state) * 64 : state * 256 + h * 64;
                System.arraycopy(gates.data(), gates.at(r) + column, out, (r * 4 + h) * 64, 64);
            }
        }
        return out;
    }

    private static void checkStates(DualState state, int heads, int d, float[] history, float[] recency) {
        float[] all = state.segment().toArray(java.lang.foreign.ValueLayout.JAVA_FLOAT); // [heads][2][d][d]
        float[] actualHistory = new float[heads * d * d];
        float[] actualRecency = new float[heads * d * d];
        for (int h = 0; h < heads; h++) {
            System.arraycopy(all, 2 * h * d * d, actualHistory, h * d * d, d * d);
            System.arraycopy(all, (2 * h + 1) * d * d, actualRecency, h * d * d, d * d);
        }
        assertThat(Rms.relative(actualHistory, history)).isLessThan(TOLERANCE);
        assertThat(Rms.relative(actualRecency, recency)).isLessThan(TOLERANCE);
    }
}
