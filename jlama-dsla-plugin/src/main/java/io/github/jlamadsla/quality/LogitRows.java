package io.github.jlamadsla.quality;

import java.util.Arrays;

import io.github.jlamadsla.kernel.LogitOps;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.kernel.Workers;
import io.github.jlamadsla.model.Workspace;

/** Logits of some rows that lie apart: gathered, so that one product serves all, in scratch of bounded size. */
final class LogitRows {
    private final MeasuredModel measured;
    private final int most;
    private final int hiddenSize;
    private final int vocabulary;
    private final float[] hidden; // [most][hiddenSize]
    private final float[] logits; // [most][vocabulary]
    private final int[] largest; // [most]
    private int count;

    /** @param least rows that must fit at once, 1 or more */
    LogitRows(MeasuredModel measured, int least) {
        this.measured = measured;
        this.most = Math.max(least, measured.logitRows());
        this.hiddenSize = measured.model().config().hiddenSize();
        this.vocabulary = measured.vocabulary();
        this.hidden = new float[Math.multiplyExact(most, hiddenSize)];
        this.logits = new float[Math.multiplyExact(most, vocabulary)];
        this.largest = new int[most];
    }

    /** Rows that fit at once. */
    int capacity() {
        return most;
    }

    /** Rows added since {@link #clear}. */
    int count() {
        return count;
    }

    void clear() {
        count = 0;
    }

    /** Takes a copy of a row of hidden states. */
    void add(Rows states, int row) {
        System.arraycopy(states.data(), states.at(row), hidden, count++ * hiddenSize, hiddenSize);
    }

    /** Computes the logits of all added rows, {@code [count][vocabulary]}. */
    float[] compute() {
        measured.model().logits(Rows.of(hidden, hiddenSize), count, measured.workspace(), Rows.of(logits, vocabulary));
        return logits;
    }

    /**
     * Computes the logits of all added rows and finds the largest of each.
     *
     * @return token ids, good for the first {@link #count}; -1 for a row with a NaN
     */
    int[] argmax() {
        float[] computed = compute();
        Workspace workspace = measured.workspace();
        LogitOps ops = workspace.kernels().logitOps();
        Workers workers = workspace.workers();
        Arrays.fill(largest, -1);
        workers.run(count, (row, worker) -> largest[row] = ops.argmax(computed, row * vocabulary, vocabulary));
        return largest;
    }
}
