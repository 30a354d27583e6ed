package io.github.jlamadsla.model;

import java.util.List;

import io.github.jlamadsla.kernel.PackedWeights;
import io.github.jlamadsla.kernel.Recurrence;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.memory.DualState;
import io.github.jlamadsla.memory.LayerMemory;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.model.Workspace.Buffer;

/**
 * Dual-state linear attention (paper section 3; DESIGN section 2), both forms. A token enters the states and is then
 * read by its own query. In the folding form the same code that serves a token also takes over a KV cache, key by key.
 *
 * <p>An exact window beside the states will delay {@link #enter}: only keys that leave the window enter, and
 * {@link LayerMemory} of this layer will hold the window beside its {@link DualState}.
 */
public final class DslaAttention implements AttentionLayer {
    /** Tokens that {@link #takeOver} folds at a time. */
    private static final int FOLD_TOKENS = 256;

    private final AttentionShape shape;
    private final Weights weights;
    /** The softmax form of this layer whose cache can be folded, or null in the released form. */
    private final SoftmaxAttention base;

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
    }

    @Override
    public DualState newMemory(MemoryBudget budget) {
        return new DualState(weights.gates().stateHeads(), shape.headSize(), budget);
    }

    @Override
    public long memoryBytes(int tokens) {
        return DualState.bytes(weights.gates().stateHeads(), shape.headSize());
    }

    @Override
    public void attend(Rows x, int rows, List<LayerStep> steps, Workspace workspace, Rows out) {
        Rows q = workspace.buffer(Buffer.QUERIES, rows, shape.queryWidth());
        Rows kv = workspace.buffer(Buffer.KEYS_VALUES, rows, 2 * shape.kvWidth());
        Rows heads = workspace.buffer(Buffer.HEADS, rows, shape.queryWidth());
        workspace.multiply(x, rows, weights.q(), q);
        workspace.multiply(x, rows, weights.kv(), kv);
        Rows decays = decays(logGates(x, kv, rows, workspace), rows, workspace);
        for (LayerStep step : steps) {
            int first = step.firstRow();
            enter((DualState) step.memory(), step.rows(), kv.from(first), decays.from(first), q.from(first),
                    heads.from(first), queryHeads(), workspace);
        }
        workspace.multiply(heads, rows, weights.o(), out);
    }

    /** Log gates {@code [rows][2 * stateHeads * headSize]}, laid out as {@link GateProjection} says. */
    Rows logGates(Rows x, Rows kv, int rows, Workspace workspace) {
        GateProjection gates = weights.gates();
        int width = gates.bias().length;
        Rows z = workspace.buffer(Buffer.GATES, rows, width);
        gates.project(x, kv, rows, workspace, z);
        workspace.forRows(rows, (first, count) -> workspace.ops().logGates(z.from(first), count, width, gates.bias(),
                0, weights.normalizer(), weights.logGateMin(), z.from(first)));
        return z;
    }

    private Rows decays(Rows logGates, int rows, Workspace workspace) {
        workspace.forRows(rows, (first, count) -> workspace.ops().decays(logGates.from(first), count,
                weights.gates().bias().length, logGates.from(first)));
        return logGates;
    }

    private int queryHeads() {
        return shape.heads() / weights.gates().stateHeads();
    }

    /**
     * Lets tokens enter the states, in order, each read after it entered by its {@code queryHeads} queries (none: the
     * states are only brought up to date).
     */
    private void enter(DualState state, int tokens, Rows kv, Rows decays, Rows q, Rows heads, int queryHeads,
            Workspace workspace) {
        int headSize = shape.headSize();
        GateProjection gates = weights.gates();
        Recurrence.Head head = new Recurrence.Head(headSize, headSize, queryHeads, shape.scale(),
                weights.historyWeight(), weights.recencyWeight());
        workspace.workers().run(gates.stateHeads(), (s, worker) -> {
            int kvHead = s * shape.kvHeads() / gates.stateHeads();
            int column = s * queryHeads * headSize;
            workspace.kernels().recurrence().run(state.segment(), state.offset(s), head,
                    new Recurrence.Tokens(tokens, kv.shift(kvHead * headSize),
                            kv.shift(shape.kvWidth() + kvHead * headSize), decays.shift(gates.history(s)),
                            decays.shift(gates.recency(s)), q.shift(column), heads.shift(column)),
                    workspace.recurrenceScratch(worker));
        });
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
            for (int position = 0; position < tokens; position += FOLD_TOKENS) {
                int count = Math.min(FOLD_TOKENS, tokens - position);
                Rows kv = workspace.buffer(Buffer.KEYS_VALUES, count, 2 * shape.kvWidth());
                base.readUnrotated(memory, position, count, workspace, kv);
                Rows decays = decays(logGates(kv, kv, count, workspace), count, workspace);
                enter(state, count, kv, decays, kv, kv, 0, workspace);
            }
            return state;
        } catch (RuntimeException | Error e) {
            state.close();
            throw e;
        }
    }
}
