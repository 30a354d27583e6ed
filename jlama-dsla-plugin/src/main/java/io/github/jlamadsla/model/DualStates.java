package io.github.jlamadsla.model;

import io.github.jlamadsla.kernel.KvPages;
import io.github.jlamadsla.kernel.Recurrence;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.memory.DualState;
import io.github.jlamadsla.model.Workspace.Buffer;

/**
 * How keys and values enter the two states of a converted layer, and how queries read them (DESIGN section 2): the one
 * code path for a token that is served, a key that leaves a window, and a cache that is folded.
 */
final class DualStates {
    /** Tokens that {@link #fold} folds at a time. */
    private static final int FOLD_TOKENS = 256;

    private final AttentionShape shape;
    private final DslaAttention.Weights weights;

    DualStates(AttentionShape shape, DslaAttention.Weights weights) {
        this.shape = shape;
        this.weights = weights;
    }

    /** Pairs of states. */
    int heads() {
        return weights.gates().stateHeads();
    }

    /** Query heads that read a pair of states. */
    int queryHeads() {
        return shape.heads() / heads();
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

    /** {@link #logGates} as factors of the states. */
    Rows decays(Rows x, Rows kv, int rows, Workspace workspace) {
        Rows logGates = logGates(x, kv, rows, workspace);
        workspace.forRows(rows, (first, count) -> workspace.ops().decays(logGates.from(first), count,
                weights.gates().bias().length, logGates.from(first)));
        return logGates;
    }

    /**
     * Lets keys and values enter the states, in order; after each the {@code queryHeads} queries of its row read them
     * (none: the states are only brought up to date).
     */
    void enter(DualState state, int tokens, Rows kv, Rows decays, Rows q, Rows heads, int queryHeads,
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

    /**
     * Folds the positions {@code [from, to)} of a cache of the folding form: keys un-rotated, gates from key and value,
     * entered in order.
     */
    void fold(DualState state, SoftmaxAttention base, KvPages pages, int from, int to, Workspace workspace) {
        for (int position = from; position < to; position += FOLD_TOKENS) {
            int count = Math.min(FOLD_TOKENS, to - position);
            Rows kv = workspace.buffer(Buffer.KEYS_VALUES, count, 2 * shape.kvWidth());
            base.readUnrotated(pages, position, count, workspace, kv);
            enter(state, count, kv, decays(kv, kv, count, workspace), kv, kv, 0, workspace);
        }
    }
}
