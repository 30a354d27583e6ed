package io.github.jlamadsla.model;

import java.util.ArrayList;
import java.util.List;

import io.github.jlamadsla.kernel.Kernels;
import io.github.jlamadsla.kernel.PackedWeights;
import io.github.jlamadsla.kernel.Recurrence;
import io.github.jlamadsla.kernel.RowOps;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.kernel.TiledSoftmax;
import io.github.jlamadsla.kernel.Workers;
import io.github.jlamadsla.memory.WindowPages;

/**
 * Scratch arrays and workers of the one thread that runs steps. Buffers grow to the largest step seen and are then
 * reused, so a decode step allocates nothing of model size. Closing frees the scratch that is off-heap.
 */
public final class Workspace implements AutoCloseable {

    /** Names of the buffers; what one holds is only good until the next taker. */
    public enum Buffer {
        /** residual stream [rows][hiddenSize] */
        RESIDUAL,
        /** after a norm [rows][hiddenSize] */
        NORMED,
        /** what attention or MLP adds [rows][hiddenSize] */
        ADDED,
        /** MLP gate and up products [rows][2 * mlpSize] */
        GATE_UP,
        /** MLP activations [rows][mlpSize] */
        ACTIVATED,
        /** queries [rows][heads * headSize] */
        QUERIES,
        /** keys, then values [rows][2 * kvHeads * headSize] */
        KEYS_VALUES,
        /** outputs of the heads [rows][heads * headSize] */
        HEADS,
        /** outputs of the heads from the states, beside those of an exact window [rows][heads * headSize] */
        LINEAR_HEADS,
        /** logits of the window's share [rows][heads] */
        MIX,
        /** input of the gates [rows][kvHeads][2 * headSize] */
        GATE_INPUT,
        /** gate logits, gates, decays [rows][2 * stateHeads * headSize] */
        GATES
    }

    private final Kernels kernels;
    private final Workers workers;
    private final float[][] buffers = new float[Buffer.values().length][0];
    private final WindowPages windowPages = new WindowPages();
    private final List<TiledSoftmax.Scratch> softmaxScratch = new ArrayList<>();
    private final List<Recurrence.Scratch> recurrenceScratch = new ArrayList<>();

    /** @param workers borrowed; not closed here */
    public Workspace(Kernels kernels, Workers workers) {
        this.kernels = kernels;
        this.workers = workers;
        for (int i = 0; i < workers.threads(); i++) {
            softmaxScratch.add(kernels.softmax().newScratch());
            recurrenceScratch.add(kernels.recurrence().newScratch());
        }
    }

    public Kernels kernels() {
        return kernels;
    }

    public RowOps ops() {
        return kernels.rowOps();
    }

    public Workers workers() {
        return workers;
    }

    /** A buffer of {@code [rows][width]}, contents undefined. */
    public Rows buffer(Buffer name, int rows, int width) {
        int size = Math.multiplyExact(rows, width);
        if (buffers[name.ordinal()].length < size) {
            buffers[name.ordinal()] = new float[size];
        }
        return Rows.of(buffers[name.ordinal()], width);
    }

    /** {@code c = a * w^T} on all workers. */
    public void multiply(Rows a, int rows, PackedWeights w, Rows c) {
        kernels.matMul().multiply(workers, a, rows, w, c);
    }

    /** Some consecutive rows. */
    @FunctionalInterface
    public interface RowTask {
        void run(int firstRow, int rows);
    }

    /** Shares rows out between the workers; for work that treats each row by itself. */
    public void forRows(int rows, RowTask task) {
        int tasks = Math.min(rows, workers.threads());
        workers.run(tasks, (index, worker) -> {
            int first = (int) ((long) rows * index / tasks);
            task.run(first, (int) ((long) rows * (index + 1) / tasks) - first);
        });
    }

    /** Pages for the windows of one sequence's rows; what they hold is only good until the next sequence. */
    WindowPages windowPages() {
        return windowPages;
    }

    @Override
    public void close() {
        windowPages.close();
    }

    TiledSoftmax.Scratch softmaxScratch(int worker) {
        return softmaxScratch.get(worker);
    }

    Recurrence.Scratch recurrenceScratch(int worker) {
        return recurrenceScratch.get(worker);
    }
}
