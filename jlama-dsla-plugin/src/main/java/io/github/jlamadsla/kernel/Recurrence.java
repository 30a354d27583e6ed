package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Dual-state linear attention, token by token (paper section 3; DESIGN section 2). For one state head, with decays
 * {@code d1 = exp g1}, {@code d2 = exp g2} per channel:
 *
 * <pre>
 * S1_t = diag(d1_t) S1_{t-1} + k_t^T v_t      S2_t = diag(d2_t) S2_{t-1} + k_t^T v_t
 * o_t[j] = scale * (a1 * q_t[j] S1_t + a2 * q_t[j] S2_t)        for each query head j of the group
 * </pre>
 *
 * The two states are one with the key axis doubled: {@code [k; k]}, {@code [d1; d2]}, {@code [a1 q; a2 q]}.
 */
public interface Recurrence {

    /** Scratch of one thread; reused between calls of any shape, grown when needed. */
    interface Scratch {}

    Scratch newScratch();

    /**
     * What each token brings and where its output goes; all rows are tokens.
     *
     * @param k {@code [tokens][keySize]}
     * @param v {@code [tokens][valueSize]}
     * @param historyDecay {@code [tokens][keySize]}, exp of the history gate
     * @param recencyDecay {@code [tokens][keySize]}, exp of the recency gate
     * @param q {@code [tokens][queryHeads][keySize]}; not read when {@code queryHeads} is 0
     * @param out {@code [tokens][queryHeads][valueSize]}, overwritten; not written when {@code queryHeads} is 0
     */
    record Tokens(int tokens, Rows k, Rows v, Rows historyDecay, Rows recencyDecay, Rows q, Rows out) {}

    /**
     * Shape and constants of a head.
     *
     * @param queryHeads query heads that read this state; 0 only updates it
     * @param historyWeight a1, recencyWeight a2 of softmax(alpha)
     */
    record Head(int keySize, int valueSize, int queryHeads, float scale, float historyWeight, float recencyWeight) {}

    /**
     * @param state {@code [2][keySize][valueSize]} F32 from {@code stateOffset} on: history, then recency; aligned to
     *        64 bytes; updated in place
     */
    void run(MemorySegment state, long stateOffset, Head head, Tokens tokens, Scratch scratch);
}
