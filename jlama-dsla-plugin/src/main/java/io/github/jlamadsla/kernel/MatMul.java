package io.github.jlamadsla.kernel;

import java.lang.foreign.SegmentAllocator;
import java.util.List;

/**
 * Products of activation rows with a weight matrix, {@code c[r][n] = sum over k of a[r][k] * w[n][k]}. The sum over k
 * is one chain of fused multiply-adds from k = 0 upward that begins at 0, whatever the number of rows, so every form
 * gives the same bits.
 */
public interface MatMul {

    /**
     * Packs one matrix, or several with equal {@code columns} stacked into one (outputs in the order given). F16 is
     * widened to F32, which is exact; BF16 and F32 keep their size. Matrices of different types are widened to F32.
     *
     * @param matrices at least one
     * @param allocator where the packed form lives; asked for memory aligned to 64 bytes
     */
    PackedWeights pack(List<RawMatrix> matrices, SegmentAllocator allocator);

    /**
     * Multiplies with the panels {@code [firstPanel, lastPanel)}; other outputs are not touched.
     *
     * @param a {@code [rows][columns]}
     * @param rows 0 or more
     * @param c {@code [rows][w.rows()]}, overwritten; must not overlap {@code a}
     */
    void multiply(Rows a, int rows, PackedWeights w, int firstPanel, int lastPanel, Rows c);

    /** The whole product, its panels shared out between the workers. */
    default void multiply(Workers workers, Rows a, int rows, PackedWeights w, Rows c) {
        int panels = w.panels();
        int tasks = Math.min(panels, workers.threads());
        workers.run(tasks, (task, worker) -> multiply(a, rows, w, (int) ((long) panels * task / tasks),
                (int) ((long) panels * (task + 1) / tasks), c));
    }
}
