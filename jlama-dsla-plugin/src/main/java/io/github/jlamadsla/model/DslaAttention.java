package io.github.jlamadsla.model;

import java.util.List;

import io.github.jlamadsla.kernel.KvPages;
import io.github.jlamadsla.kernel.PackedWeights;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.memory.DualState;
import io.github.jlamadsla.memory.LayerMemory;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.model.Workspace.Buffer;

/**
 * Dual-state linear attention (paper section 3; DESIGN section 2), both forms. A token enters the states and is then
 * read by its own query. In the folding form the same code that serves a token also takes over a KV cache, key by key.
 * {@link WindowedAttention} is the layer with an exact window beside the states.
 */
public final class DslaAttention implements AttentionLayer {
    private final AttentionShape shape;
    private final Weights weights;
    /** The softmax form of this layer whose cache can be folded, or null in the released form. */
    private final SoftmaxAttention base;
    private final DualStates states;

    /**
     * Weights and constants of a converted layer.
     *
     * @param q {@code [heads * headSize][hiddenSize]}, own
     * @param kv {@code [2 * kvHeads * headSize][hiddenSize]}: the base layer's in the folding form, else own
     * @param o {@code [hiddenSize][heads * headSize]}, own
     * @param gates source of the gate logits
     * @param historyWeight a1 of softmax(alpha), recencyWeight a2
     * @param normalizer divisor of the log-sigmoid
     * @param logGateMin lower bound of a log gate
     */
    public record Weights(PackedWeights q, PackedWeights kv, PackedWeights o, GateProjection gates,
            float historyWeight, float recencyWeight, float normalizer, float logGateMin) {}

    /** @param base the softmax form of the layer in the folding form, null in the released form */
    public DslaAttention(AttentionShape shape, Weights weights, SoftmaxAttention base) {
        this.shape = shape;
        this.weights = weights;
        this.base = base;
        this.states = new DualStates(shape, weights);
    }

    @Override
    public DualState newMemory(MemoryBudget budget) {
        return new DualState(states.heads(), shape.headSize(), budget);
    }

    @Override
    public long memoryBytes(int tokens) {
        return DualState.bytes(states.heads(), shape.headSize());
    }

    @Override
    public void attend(Rows x, int rows, List<LayerStep> steps, Workspace workspace, Rows out) {
        Rows q = workspace.buffer(Buffer.QUERIES, rows, shape.queryWidth());
        Rows kv = workspace.buffer(Buffer.KEYS_VALUES, rows, 2 * shape.kvWidth());
        Rows heads = workspace.buffer(Buffer.HEADS, rows, shape.queryWidth());
        workspace.multiply(x, rows, weights.q(), q);
        workspace.multiply(x, rows, weights.kv(), kv);
        Rows decays = states.decays(x, kv, rows, workspace);
        for (LayerStep step : steps) {
            int first = step.firstRow();
            states.enter((DualState) step.memory(), step.rows(), kv.from(first), decays.from(first), q.from(first),
                    heads.from(first), states.queryHeads(), workspace);
        }
        workspace.multiply(heads, rows, weights.o(), out);
    }

    /** Log gates {@code [rows][2 * stateHeads * headSize]}, laid out as {@link GateProjection} says. */
    Rows logGates(Rows x, Rows kv, int rows, Workspace workspace) {
        return states.logGates(x, kv, rows, workspace);
    }

    @Override
    public boolean canTakeOver(AttentionLayer from) {
        return base != null && from == base;
    }

    /** Folds a KV cache: keys un-rotated, gates from key and value, entered in order (DESIGN section 2). */
    @Override
    public DualState takeOver(LayerMemory memory, int tokens, MemoryBudget budget, Workspace workspace) {
        if (base == null) {
            throw new UnsupportedOperationException(
                    "a layer in the released form cannot be made from a KV cache; only the folding form can");
        }
        DualState state = newMemory(budget);
        try {
            states.fold(state, base, (KvPages) memory, 0, tokens, workspace);
            return state;
        } catch (RuntimeException | Error e) {
            state.close();
            throw e;
        }
    }
}
