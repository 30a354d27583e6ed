package io.github.jlamadsla.model;

import java.util.Arrays;
import java.util.List;

import io.github.jlamadsla.kernel.KvPages;
import io.github.jlamadsla.kernel.PackedWeights;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.kernel.Visible;
import io.github.jlamadsla.memory.LayerMemory;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.WindowPages;
import io.github.jlamadsla.memory.WindowedState;
import io.github.jlamadsla.model.Workspace.Buffer;

/**
 * Dual-state linear attention with an exact window and sinks (DESIGN section 2, "Exact window"), folding form. At step t
 * the key t - window enters the states, unless it is a sink, from its stored form; then the base layer's own query reads
 * window and sinks, the layer's query the states, and a share per query head mixes the two.
 */
public final class WindowedAttention implements AttentionLayer {
    /** Rows of a sequence whose windows lie in the scratch together: bounds it, and shows in no bit. */
    private static final int BLOCK_ROWS = 512;

    private final AttentionShape shape;
    private final DslaAttention.Weights weights;
    private final Mix mix;
    private final Visible visible;
    private final SoftmaxAttention base;
    private final DualStates states;

    /**
     * Where the share of the window comes from.
     *
     * @param weight {@code [heads][hiddenSize]}
     * @param bias {@code [heads]}
     */
    public record Mix(PackedWeights weight, float[] bias) {}

    /**
     * @param weights of the folding form
     * @param visible window and sinks
     * @param base the softmax form of the layer
     */
    public WindowedAttention(AttentionShape shape, DslaAttention.Weights weights, Mix mix, Visible visible,
            SoftmaxAttention base) {
        this.shape = shape;
        this.weights = weights;
        this.mix = mix;
        this.visible = visible;
        this.base = base;
        this.states = new DualStates(shape, weights);
    }

    @Override
    public WindowedState newMemory(MemoryBudget budget) {
        return new WindowedState(base.layout(), visible, states.heads(), budget);
    }

    @Override
    public long memoryBytes(int tokens) {
        return WindowedState.bytes(base.layout(), visible, states.heads());
    }

    @Override
    public void attend(Rows x, int rows, List<LayerStep> steps, Workspace workspace, Rows out) {
        Rows q = workspace.buffer(Buffer.QUERIES, rows, shape.queryWidth());
        Rows kv = workspace.buffer(Buffer.KEYS_VALUES, rows, 2 * shape.kvWidth());
        Rows exact = workspace.buffer(Buffer.HEADS, rows, shape.queryWidth());
        workspace.multiply(x, rows, base.queryWeights(), q);
        workspace.multiply(x, rows, weights.kv(), kv);
        for (LayerStep step : steps) {
            int first = step.firstRow();
            attendWindow(step, q.from(first), kv.from(first), exact.from(first), workspace);
        }
        Rows linear = workspace.buffer(Buffer.LINEAR_HEADS, rows, shape.queryWidth());
        workspace.multiply(x, rows, weights.q(), q);
        Rows decays = states.decays(x, kv, rows, workspace);
        for (LayerStep step : steps) {
            int first = step.firstRow();
            readStates(step, q.from(first), kv.from(first), decays.from(first), linear.from(first), workspace);
        }
        Rows share = workspace.buffer(Buffer.MIX, rows, shape.heads());
        workspace.multiply(x, rows, mix.weight(), share);
        workspace.forRows(rows, (first, count) -> workspace.ops().mix(exact.from(first), linear.from(first),
                share.from(first), mix.bias(), count, shape.heads(), shape.headSize(), exact.from(first)));
        workspace.multiply(exact, rows, weights.o(), out);
    }

    /**
     * Attention of a sequence's rows to window and sinks. Afterwards a row of {@code kv} holds the key, before rotation,
     * and the value that leave the window at it; a row at which none leaves holds numbers of no meaning.
     */
    private void attendWindow(LayerStep step, Rows q, Rows kv, Rows heads, Workspace workspace) {
        WindowedState memory = (WindowedState) step.memory();
        WindowPages pages = workspace.windowPages();
        for (int first = 0; first < step.rows(); first += BLOCK_ROWS) {
            int count = Math.min(BLOCK_ROWS, step.rows() - first);
            int position = step.firstPosition() + first;
            Rows keysValues = kv.from(first);
            pages.cover(base.layout(), Math.max(0, position - visible.window()), position + count);
            forHeads(workspace, h -> memory.load(h, position, pages));
            base.attendNew(q.from(first), keysValues, count, position, visible, pages, workspace, heads.from(first));
            forHeads(workspace, h -> memory.store(h, position, position + count, pages));
            int leaving = rowsWithStates(position, count);
            int none = count - leaving;
            if (leaving > 0) {
                base.readUnrotated(pages, position + none - visible.window(), leaving, workspace,
                        keysValues.from(none));
            }
        }
    }

    private void readStates(LayerStep step, Rows q, Rows kv, Rows decays, Rows heads, Workspace workspace) {
        int reading = rowsWithStates(step.firstPosition(), step.rows());
        int none = step.rows() - reading;
        for (int r = 0; r < none; r++) {
            Arrays.fill(heads.data(), heads.at(r), heads.at(r) + shape.queryWidth(), 0);
        }
        if (reading > 0) {
            states.enter(((WindowedState) step.memory()).states(), reading, kv.from(none), decays.from(none),
                    q.from(none), heads.from(none), states.queryHeads(), workspace);
        }
    }

    /** How many of some rows a key leaves at, so that it enters the states: always the last ones. */
    private int rowsWithStates(int firstPosition, int rows) {
        return Math.clamp((long) firstPosition + rows - visible.window() - visible.sinks(), 0, rows);
    }

    @FunctionalInterface
    private interface HeadTask {
        void run(int kvHead);
    }

    private void forHeads(Workspace workspace, HeadTask task) {
        workspace.workers().run(shape.kvHeads(), (h, worker) -> task.run(h));
    }

    @Override
    public boolean canTakeOver(AttentionLayer from) {
        return from == base;
    }

    /** Folds all of a cache but window and sinks, which are kept as they are stored. */
    @Override
    public WindowedState takeOver(LayerMemory memory, int tokens, MemoryBudget budget, Workspace workspace) {
        KvPages pages = (KvPages) memory;
        WindowedState state = newMemory(budget);
        try {
            states.fold(state.states(), base, pages, visible.sinks(), tokens - visible.window(), workspace);
            forHeads(workspace, h -> state.store(h, 0, tokens, pages));
            return state;
        } catch (RuntimeException | Error e) {
            state.close();
            throw e;
        }
    }
}
