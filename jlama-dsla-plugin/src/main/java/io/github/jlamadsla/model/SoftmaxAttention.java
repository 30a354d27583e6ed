package io.github.jlamadsla.model;

import java.util.List;

import io.github.jlamadsla.kernel.KvLayout;
import io.github.jlamadsla.kernel.KvPages;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.PackedWeights;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.kernel.Visible;
import io.github.jlamadsla.memory.KvRows;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.PagedKeyValues;
import io.github.jlamadsla.model.Workspace.Buffer;

/** Exact causal attention over a paged KV cache, rotated keys, grouped queries. */
public final class SoftmaxAttention implements AttentionLayer {
    /** Query rows of a task: enough to read a key tile once for many rows. */
    private static final int TASK_ROWS = 64;

    private final AttentionShape shape;
    private final Projections projections;
    private final RotaryEmbedding rotary;
    private final KvLayout layout;

    /**
     * Packed weights of the layer.
     *
     * @param q {@code [heads * headSize][hiddenSize]}
     * @param kv {@code [2 * kvHeads * headSize][hiddenSize]}, keys before values
     * @param o {@code [hiddenSize][heads * headSize]}
     */
    public record Projections(PackedWeights q, PackedWeights kv, PackedWeights o) {}

    public SoftmaxAttention(AttentionShape shape, Projections projections, RotaryEmbedding rotary,
            KvPrecision precision) {
        this.shape = shape;
        this.projections = projections;
        this.rotary = rotary;
        this.layout = new KvLayout(shape.kvHeads(), shape.headSize(), precision);
    }

    /** How the keys and values of this layer are stored. */
    KvLayout layout() {
        return layout;
    }

    /** The q projection, which an exact window shares. */
    PackedWeights queryWeights() {
        return projections.q();
    }

    /** The k and v projections, which the folding form shares. */
    PackedWeights keyValueWeights() {
        return projections.kv();
    }

    @Override
    public PagedKeyValues newMemory(MemoryBudget budget) {
        return new PagedKeyValues(layout, budget);
    }

    @Override
    public long memoryBytes(int tokens) {
        return PagedKeyValues.bytes(layout, tokens);
    }

    @Override
    public void attend(Rows x, int rows, List<LayerStep> steps, Workspace workspace, Rows out) {
        Rows q = workspace.buffer(Buffer.QUERIES, rows, shape.queryWidth());
        Rows kv = workspace.buffer(Buffer.KEYS_VALUES, rows, 2 * shape.kvWidth());
        Rows heads = workspace.buffer(Buffer.HEADS, rows, shape.queryWidth());
        workspace.multiply(x, rows, projections.q(), q);
        workspace.multiply(x, rows, projections.kv(), kv);
        for (LayerStep step : steps) {
            int first = step.firstRow();
            attendNew(q.from(first), kv.from(first), step.rows(), step.firstPosition(), Visible.ALL,
                    (PagedKeyValues) step.memory(), workspace, heads.from(first));
        }
        workspace.multiply(heads, rows, projections.o(), out);
    }

    /**
     * Attention of new rows of one sequence over pages that have room for them and hold what they see before them.
     *
     * @param q {@code [rows][heads * headSize]}, rotated in place
     * @param kv {@code [rows][2 * kvHeads * headSize]}, keys before values; the keys are rotated in place, both written
     * @param heads {@code [rows][heads * headSize]}, overwritten
     */
    void attendNew(Rows q, Rows kv, int rows, int firstPosition, Visible visible, KvPages pages, Workspace workspace,
            Rows heads) {
        int headSize = shape.headSize();
        rotary.prepare(firstPosition + rows);
        workspace.forRows(rows, (first, count) -> {
            int position = firstPosition + first;
            rotary.rotate(workspace.ops(), q.from(first), count, shape.heads(), position);
            rotary.rotate(workspace.ops(), kv.from(first), count, shape.kvHeads(), position);
        });
        workspace.workers().run(shape.kvHeads(), (h, worker) -> KvRows.write(pages, h, firstPosition, rows,
                kv.shift(h * headSize), kv.shift(shape.kvWidth() + h * headSize)));
        int block = Math.max(1, TASK_ROWS / shape.group());
        int blocks = (rows + block - 1) / block;
        // The last blocks see the most keys: they go first, so that no worker waits for a long one at the end.
        workspace.workers().run(blocks * shape.kvHeads(), (task, worker) -> {
            int first = (blocks - 1 - task / shape.kvHeads()) * block;
            int h = task % shape.kvHeads();
            int column = h * shape.group() * headSize;
            workspace.kernels().softmax().attend(q.from(first).shift(column), Math.min(block, rows - first),
                    shape.group(), shape.scale(), firstPosition + first, visible, pages, h,
                    heads.from(first).shift(column), workspace.softmaxScratch(worker));
        });
    }

    /**
     * Reads keys as they were before rotation, and values, back from pages.
     *
     * @param kv {@code [tokens][2 * kvHeads * headSize]}, keys before values, overwritten
     */
    void readUnrotated(KvPages pages, int firstPosition, int tokens, Workspace workspace, Rows kv) {
        int headSize = shape.headSize();
        workspace.workers().run(shape.kvHeads(), (h, worker) -> KvRows.read(pages, h, firstPosition, tokens,
                kv.shift(h * headSize), kv.shift(shape.kvWidth() + h * headSize)));
        rotary.prepare(firstPosition + tokens);
        workspace.forRows(tokens, (first, count) -> rotary.unrotate(workspace.ops(), kv.from(first), count,
                shape.kvHeads(), firstPosition + first));
    }
}
