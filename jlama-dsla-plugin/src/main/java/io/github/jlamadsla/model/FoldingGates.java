package io.github.jlamadsla.model;

import java.util.List;

import io.github.jlamadsla.kernel.PackedWeights;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.model.Workspace.Buffer;

/** Gates of the folding form: per KV head, from that head's key (before rotation) and value (DESIGN section 2). */
final class FoldingGates implements GateProjection {
    private final AttentionShape shape;
    private final List<PackedWeights> weights;
    private final float[] bias;

    /**
     * @param weights per KV head {@code [2 * headSize][2 * headSize]}: history rows, then recency rows; input key, then
     *        value
     * @param bias {@code [kvHeads][2][headSize]}
     */
    FoldingGates(AttentionShape shape, List<PackedWeights> weights, float[] bias) {
        this.shape = shape;
        this.weights = List.copyOf(weights);
        this.bias = bias;
    }

    @Override
    public int stateHeads() {
        return shape.kvHeads();
    }

    @Override
    public int history(int stateHead) {
        return 2 * stateHead * shape.headSize();
    }

    @Override
    public int recency(int stateHead) {
        return (2 * stateHead + 1) * shape.headSize();
    }

    @Override
    public float[] bias() {
        return bias;
    }

    @Override
    public void project(Rows x, Rows kv, int rows, Workspace workspace, Rows z) {
        int headSize = shape.headSize();
        Rows input = workspace.buffer(Buffer.GATE_INPUT, rows, 2 * shape.kvWidth());
        workspace.workers().run(shape.kvHeads(), (h, worker) -> {
            for (int r = 0; r < rows; r++) {
                int key = kv.at(r) + h * headSize;
                System.arraycopy(kv.data(), key, input.data(), input.at(r) + history(h), headSize);
                System.arraycopy(kv.data(), key + shape.kvWidth(), input.data(), input.at(r) + recency(h), headSize);
            }
            PackedWeights w = weights.get(h);
            workspace.kernels().matMul().multiply(input.shift(history(h)), rows, w, 0, w.panels(),
                    z.shift(history(h)));
        });
    }
}
