package io.github.jlamadsla.model;

import java.util.ArrayList;
import java.util.List;

import io.github.jlamadsla.bridge.ModelConfig;
import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.kernel.PackedWeights;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.memory.LayerMemory;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.SequenceMemory;
import io.github.jlamadsla.model.Workspace.Buffer;

/**
 * The forward pass of a batch of rows through all blocks. Holds weights only: what a sequence remembers comes with each
 * step. Immutable; several threads may run steps if each has its own {@link Workspace}.
 */
public final class HybridModel {
    private final ModelConfig config;
    private final LayerOrder order;
    private final Parts parts;
    private final boolean canRaise;

    /**
     * What a model is made of.
     *
     * @param embedding rows of the input
     * @param blocks one per layer
     * @param finalNorm weights {@code [hiddenSize]}
     * @param output {@code [vocabularySize][hiddenSize]}
     */
    record Parts(Embedding embedding, List<Block> blocks, float[] finalNorm, PackedWeights output) {}

    HybridModel(ModelConfig config, LayerOrder order, Parts parts) {
        this.config = config;
        this.order = order;
        this.parts = parts;
        this.canRaise = order.bottom() < order.top() && parts.blocks().stream().allMatch(b -> {
            AttentionLayer low = b.attention().apply(order.bottom());
            AttentionLayer high = b.attention().apply(order.top());
            return low == high || high.canTakeOver(low);
        });
    }

    public ModelConfig config() {
        return config;
    }

    Parts parts() {
        return parts;
    }

    public LayerOrder order() {
        return order;
    }

    /**
     * An empty sequence; its memory is allocated as it grows.
     *
     * @param level {@link LayerOrder#bottom()} to {@link LayerOrder#top()}
     */
    public SequenceMemory newSequence(int level, MemoryBudget budget) {
        checkLevel(level);
        List<LayerMemory> memories = new ArrayList<>();
        try {
            for (Block block : parts.blocks()) {
                memories.add(block.attention().apply(level).newMemory(budget));
            }
            return new SequenceMemory(memories, level);
        } catch (RuntimeException | Error e) {
            memories.forEach(LayerMemory::close);
            throw e;
        }
    }

    /** Off-heap bytes of a sequence of {@code tokens} tokens, exact, before anything is allocated. */
    public long sequenceBytes(int tokens, int level) {
        checkLevel(level);
        return parts.blocks().stream().mapToLong(b -> b.attention().apply(level).memoryBytes(tokens)).sum();
    }

    /** @throws IllegalArgumentException if a level is not valid */
    public void checkLevel(int level) {
        if (level < order.bottom() || level > order.top()) {
            throw new IllegalArgumentException("level is " + level + "; allowed: "
                    + (order.bottom() == order.top() ? String.valueOf(order.top()) : "0 to " + order.top()));
        }
    }

    /**
     * Runs tokens of several sequences, each at its own level and position, and lets their memories remember them. A
     * token id, context or budget that does not fit is refused before anything is computed; pages reserved by then stay
     * with their sequences.
     *
     * @return hidden states after the final norm, {@code [rows][hiddenSize]}, rows in the order of the steps; good
     *         until the workspace's next use
     */
    public Rows forward(List<SequenceStep> steps, Workspace workspace) {
        int rows = steps.stream().mapToInt(SequenceStep::count).sum();
        int hidden = config.hiddenSize();
        Rows x = workspace.buffer(Buffer.RESIDUAL, rows, hidden);
        begin(steps, x);
        Rows normed = workspace.buffer(Buffer.NORMED, rows, hidden);
        Rows added = workspace.buffer(Buffer.ADDED, rows, hidden);
        for (int layer = 0; layer < parts.blocks().size(); layer++) {
            Block block = parts.blocks().get(layer);
            norm(x, rows, block.attentionNorm(), workspace, normed);
            attend(layer, block, steps, normed, workspace, added);
            add(x, added, rows, workspace);
            norm(x, rows, block.mlpNorm(), workspace, normed);
            mlp(block, normed, rows, workspace, added);
            add(x, added, rows, workspace);
        }
        norm(x, rows, parts.finalNorm(), workspace, normed);
        steps.forEach(s -> s.memory().advance(s.count()));
        return normed;
    }

    private void begin(List<SequenceStep> steps, Rows x) {
        int row = 0;
        for (SequenceStep step : steps) {
            int end = step.memory().position() + step.count();
            if (end > config.contextLength()) {
                throw new IllegalArgumentException("the sequence would have " + end + " tokens; allowed: at most "
                        + config.contextLength() + ", the model's context");
            }
            for (int i = 0; i < step.count(); i++) {
                parts.embedding().lookup(step.tokens()[step.first() + i], x, row++);
            }
        }
        steps.forEach(s -> s.memory().reserve(s.count()));
    }

    /** Attention of one layer: consecutive sequences with the same kind in place go together. */
    private void attend(int layer, Block block, List<SequenceStep> steps, Rows x, Workspace workspace, Rows out) {
        int firstRow = 0;
        for (int i = 0; i < steps.size();) {
            AttentionLayer kind = block.attention().apply(steps.get(i).memory().level());
            List<LayerStep> together = new ArrayList<>();
            int rows = 0;
            for (; i < steps.size() && block.attention().apply(steps.get(i).memory().level()) == kind; i++) {
                SequenceStep step = steps.get(i);
                together.add(new LayerStep(step.memory().layer(layer), rows, step.count(), step.memory().position()));
                rows += step.count();
            }
            kind.attend(x.from(firstRow), rows, together, workspace, out.from(firstRow));
            firstRow += rows;
        }
    }

    private static void mlp(Block block, Rows x, int rows, Workspace workspace, Rows out) {
        int mlp = block.gateUp().rows() / 2;
        Rows gateUp = workspace.buffer(Buffer.GATE_UP, rows, 2 * mlp);
        Rows activated = workspace.buffer(Buffer.ACTIVATED, rows, mlp);
        workspace.multiply(x, rows, block.gateUp(), gateUp);
        workspace.forRows(rows, (first, count) -> workspace.ops().siluMultiply(gateUp.from(first),
                gateUp.from(first).shift(mlp), count, mlp, activated.from(first)));
        workspace.multiply(activated, rows, block.down(), out);
    }

    private void norm(Rows x, int rows, float[] weight, Workspace workspace, Rows out) {
        workspace.forRows(rows, (first, count) -> workspace.ops().rmsNorm(x.from(first), count, weight,
                config.normEpsilon(), out.from(first)));
    }

    private void add(Rows x, Rows y, int rows, Workspace workspace) {
        workspace.forRows(rows,
                (first, count) -> workspace.ops().add(x.from(first), y.from(first), count, config.hiddenSize()));
    }

    /**
     * The output product.
     *
     * @param hidden {@code [rows][hiddenSize]} as {@link #forward} returns them
     * @param logits {@code [rows][vocabularySize]}, overwritten
     */
    public void logits(Rows hidden, int rows, Workspace workspace, Rows logits) {
        workspace.multiply(hidden, rows, parts.output(), logits);
    }

    /** Whether sequences can be raised while they run. */
    public boolean canRaise() {
        return canRaise;
    }

    /**
     * Raises a sequence, one level after the other: the layer that changes its kind takes over what the old kind
     * remembers, whose memory is then freed at once. If the budget does not allow a step, the sequence stands at the
     * level reached before it.
     *
     * @param level the present level to {@link LayerOrder#top()}
     * @throws IllegalArgumentException if the level is lower than now or above the top
     * @throws UnsupportedOperationException if the checkpoint's form cannot be folded
     */
    public void raise(SequenceMemory memory, int level, MemoryBudget budget, Workspace workspace) {
        checkRaise(memory.level(), level);
        while (memory.level() < level) {
            int next = memory.level() + 1;
            int layer = order.layers().get(next - 1);
            AttentionLayer to = parts.blocks().get(layer).attention().apply(next);
            memory.replace(layer, to.takeOver(memory.layer(layer), memory.position(), budget, workspace));
            memory.raised(next);
        }
    }

    /** Bytes that a raise by one level would free now, less what it takes; 0 where none is possible. */
    public long nextRaiseGain(SequenceMemory memory) {
        int next = memory.level() + 1;
        if (next > order.top() || !canRaise) {
            return 0;
        }
        int layer = order.layers().get(next - 1);
        return memory.layer(layer).ownBytes()
                - parts.blocks().get(layer).attention().apply(next).memoryBytes(memory.position());
    }

    /** The checks of {@link #raise}, before it. */
    public void checkRaise(int from, int to) {
        if (to < from || to > order.top()) {
            throw new IllegalArgumentException("level is " + to + "; allowed: " + from + " (the present level) to "
                    + order.top() + "; a running request never goes down");
        }
        if (to > from && !canRaise()) {
            throw new UnsupportedOperationException("a running request cannot be raised from level " + from + " to "
                    + to + ": the checkpoint is in the released form, whose states cannot be made from a KV cache");
        }
    }
}
