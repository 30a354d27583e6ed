package io.github.jlamadsla.model;

import io.github.jlamadsla.kernel.PackedWeights;
import io.github.jlamadsla.kernel.Rows;

/** Gates of the released form, from the layer's input: the form of the authors' code. */
final class ReleasedGates implements GateProjection {
    private final int stateHeads;
    private final int headSize;
    private final PackedWeights weights;
    private final float[] bias;

    /**
     * @param weights {@code [2 * stateHeads * headSize][hiddenSize]}: all history rows, then all recency rows
     * @param bias {@code [2][stateHeads][headSize]}
     */
    ReleasedGates(int stateHeads, int headSize, PackedWeights weights, float[] bias) {
        this.stateHeads = stateHeads;
        this.headSize = headSize;
        this.weights = weights;
        this.bias = bias;
    }

    @Override
    public int stateHeads() {
        return stateHeads;
    }

    @Override
    public int history(int stateHead) {
        return stateHead * headSize;
    }

    @Override
    public int recency(int stateHead) {
        return (stateHeads + stateHead) * headSize;
    }

    @Override
    public float[] bias() {
        return bias;
    }

    @Override
    public void project(Rows x, Rows kv, int rows, Workspace workspace, Rows z) {
        workspace.multiply(x, rows, weights, z);
    }
}
