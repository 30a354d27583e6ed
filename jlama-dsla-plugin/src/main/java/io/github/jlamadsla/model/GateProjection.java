package io.github.jlamadsla.model;

import io.github.jlamadsla.kernel.Rows;

/**
 * Where a converted layer's gate logits come from. A row of logits holds, for each state head, headSize history and
 * headSize recency channels at the offsets given here; the biases lie alike.
 */
public interface GateProjection {

    /** Pairs of states: kvHeads, or heads in the wide released form. */
    int stateHeads();

    /** Offset in a row of the history channels of a state head. */
    int history(int stateHead);

    /** Offset in a row of the recency channels of a state head. */
    int recency(int stateHead);

    /** Biases {@code [2 * stateHeads * headSize]}, laid out as a row. */
    float[] bias();

    /**
     * @param x {@code [rows][hiddenSize]}, the layer's input; not read in the folding form
     * @param kv {@code [rows][2 * kvHeads * headSize]}, keys before rotation, then values; not read in the released form
     * @param z {@code [rows][2 * stateHeads * headSize]}, logits without bias, overwritten
     */
    void project(Rows x, Rows kv, int rows, Workspace workspace, Rows z);
}
