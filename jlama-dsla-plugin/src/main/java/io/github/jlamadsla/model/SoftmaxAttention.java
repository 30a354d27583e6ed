package io.github.jlamadsla.model;

import java.util.List;

import io.github.jlamadsla.kernel.KvLayout;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.PackedWeights;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.memory.LayerMemory;
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
            attend(step, q.from(step.firstRow()), kv.from(step.firstRow()), workspace, heads.from(step.firstRow()));
        }
        workspace.multiply(heads, rows, projections.o(), out);
    }

    private void attend(LayerStep step, Rows q, Rows kv, Workspace workspace, Rows heads) {
        PagedKeyValues pages = (PagedKeyValues) step.memory();
        int headSize = shape.headSize();
        rotary.prepare(step.firstPosition() + step.rows());
        workspace.forRows(step.rows(), (first, count) -> {
            int position = step.firstPosition() + first;
            rotary.rotate(workspace.ops(), q.from(first), count, shape.heads(), position);
            rotary.rotate(workspace.ops(), kv.from(first), count, shape.kvHeads(), position);
        });
        workspace.workers().run(shape.kvHeads(), (h, worker) -> pages.write(h, step.firstPosition(), step.rows(),
                kv.shift(h * headSize), kv.shift(shape.kvWidth() + h * headSize)));
        int block = Math.max(1, TASK_ROWS / shape.group());
        int blocks = (step.rows() + block - 1) / block;
        // The last blocks see the most keys: they go first, so that no worker waits for a long one at the end.
        workspace.workers().run(blocks * shape.kvHeads(), (task, worker) -> {
            int first = (blocks - 1 - task / shape.kvHeads()) * block;
            int h = task % shape.kvHeads();
            int column = h * shape.group() * headSize;
            workspace.kernels().softmax().attend(q.from(first).shift(column), Math.min(block, step.rows() - first),
                    shape.group(), shape.scale(), step.firstPosition() + first, Integer.MAX_VALUE, pages, h,
                    heads.from(first).shift(column), workspace.softmaxScratch(worker));
        });
    }

    /**
     * Reads keys as they were before rotation, and values, back from a cache.
     *
     * @param kv {@code [tokens][2 * kvHeads * headSize]}, keys before values, overwritten
     */
    void readUnrotated(LayerMemory memory, int firstPosition, int tokens, Workspace workspace, Rows kv) {
        PagedKeyValues pages = (PagedKeyValues) memory;
        int headSize = shape.headSize();
        workspace.workers().run(shape.kvHeads(), (h, worker) -> pages.read(h, firstPosition, tokens,
                kv.shift(h * headSize), kv.shift(shape.kvWidth() + h * headSize)));
        rotary.prepare(firstPosition + tokens);
        workspace.forRows(tokens, (first, count) -> rotary.unrotate(workspace.ops(), kv.from(first), count,
                shape.kvHeads(), firstPosition + first));
    }
}
