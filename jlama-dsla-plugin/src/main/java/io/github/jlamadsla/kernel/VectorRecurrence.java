package io.github.jlamadsla.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

import jdk.incubator.vector.FloatVector;

import static io.github.jlamadsla.kernel.VectorMath.F;
import static io.github.jlamadsla.kernel.VectorMath.LANES;

/**
 * {@link Recurrence} on the Vector API. Two vector columns of the state at a time go through all tokens of the call; in
 * calls of many tokens they are copied into one dense block first, so that they stay in the first-level cache (rows of
 * a state lie a power of two apart and would share few of its sets).
 */
final class VectorRecurrence implements Recurrence {

    /** From so many tokens on copying the columns to and fro pays. */
    private static final int DENSE_FROM = 8;

    /** Tokens whose keys, decays and queries stay in the first-level cache while the columns go by. */
    private static final int TOKEN_BLOCK = 32;

    /** Queries of a one-head group times both weights, and the dense columns. */
    private static final class Buffers implements Scratch {
        private float[] historyQuery = new float[0]; // [TOKEN_BLOCK][keySize]
        private float[] recencyQuery = new float[0];
        private MemorySegment columns = MemorySegment.NULL; // [2][keySize][2 * LANES]

        void reserve(int keySize) {
            if (historyQuery.length < TOKEN_BLOCK * keySize) {
                historyQuery = new float[TOKEN_BLOCK * keySize];
                recencyQuery = new float[TOKEN_BLOCK * keySize];
                // Freed when the scratch is unreachable: it has no end that anyone announces.
                columns = Arena.ofAuto().allocate(4L * 2 * keySize * 2 * LANES, 64);
            }
        }
    }

    @Override
    public Scratch newScratch() {
        return new Buffers();
    }

    @Override
    public void run(MemorySegment state, long stateOffset, Head head, Tokens tokens, Scratch scratch) {
        HeadSizes.check(head);
        Buffers buffers = (Buffers) scratch;
        buffers.reserve(head.keySize());
        for (int first = 0; first < tokens.tokens(); first += TOKEN_BLOCK) {
            int last = Math.min(first + TOKEN_BLOCK, tokens.tokens());
            if (head.queryHeads() == 1) {
                weighQueries(head, tokens, first, last, buffers);
            }
            for (int c = 0; c < head.valueSize(); c += 2 * LANES) {
                boolean oneLeft = c + LANES >= head.valueSize();
                if (last - first >= DENSE_FROM) {
                    dense(state, stateOffset, head, tokens, first, last, c, oneLeft, buffers);
                } else {
                    RecurrenceTiles.Columns columns = new RecurrenceTiles.Columns(state, stateOffset + 4L * c,
                            stateOffset + 4L * c + stateBytes(head), 4L * head.valueSize(), oneLeft ? 0 : 4L * LANES);
                    tokens(columns, head, tokens, first, last, c, buffers);
                }
            }
        }
    }

    private static long stateBytes(Head head) {
        return 4L * head.keySize() * head.valueSize();
    }

    private static void weighQueries(Head head, Tokens tokens, int first, int last, Buffers buffers) {
        float[] q = tokens.q().data();
        float historyWeight = head.scale() * head.historyWeight();
        float recencyWeight = head.scale() * head.recencyWeight();
        for (int t = first; t < last; t++) {
            int from = tokens.q().at(t);
            int to = (t - first) * head.keySize();
            for (int i = 0; i < head.keySize(); i += LANES) {
                FloatVector x = FloatVector.fromArray(F, q, from + i);
                x.mul(historyWeight).intoArray(buffers.historyQuery, to + i);
                x.mul(recencyWeight).intoArray(buffers.recencyQuery, to + i);
            }
        }
    }

    private static void dense(MemorySegment state, long stateOffset, Head head, Tokens tokens, int first, int last,
            int c, boolean oneLeft, Buffers buffers) {
        int width = oneLeft ? LANES : 2 * LANES;
        copyColumns(state, stateOffset + 4L * c, 4L * head.valueSize(), buffers.columns, 0, 4L * width,
                2 * head.keySize(), width);
        RecurrenceTiles.Columns columns = new RecurrenceTiles.Columns(buffers.columns, 0, 4L * width * head.keySize(),
                4L * width, oneLeft ? 0 : 4L * LANES);
        tokens(columns, head, tokens, first, last, c, buffers);
        copyColumns(buffers.columns, 0, 4L * width, state, stateOffset + 4L * c, 4L * head.valueSize(),
                2 * head.keySize(), width);
    }

    private static void copyColumns(MemorySegment from, long fromOffset, long fromRow, MemorySegment to, long toOffset,
            long toRow, int rows, int width) {
        for (int i = 0; i < rows; i++) {
            for (int c = 0; c < width; c += LANES) {
                FloatVector.fromMemorySegment(F, from, fromOffset + i * fromRow + 4L * c,
                        ByteOrder.LITTLE_ENDIAN).intoMemorySegment(to, toOffset + i * toRow + 4L * c,
                                ByteOrder.LITTLE_ENDIAN);
            }
        }
    }

    private static void tokens(RecurrenceTiles.Columns columns, Head head, Tokens tokens, int first, int last, int c,
            Buffers buffers) {
        switch (head.queryHeads()) {
            case 0 -> {
                for (int t = first; t < last; t++) {
                    RecurrenceTiles.update(columns, head.keySize(), tokens, t, c);
                }
            }
            case 1 -> oneHead(columns, head, tokens, first, last, c, buffers);
            case 2 -> {
                for (int t = first; t < last; t++) {
                    RecurrenceGroupTiles.twoHeads(columns, head, tokens, t, c);
                }
            }
            default -> manyHeads(columns, head, tokens, first, last, c);
        }
    }

    private static void oneHead(RecurrenceTiles.Columns columns, Head head, Tokens tokens, int first, int last, int c,
            Buffers buffers) {
        int keySize = head.keySize();
        int t = first;
        for (; t < last - 1; t += 2) {
            RecurrenceTiles.oneHeadTwoTokens(columns, keySize, tokens, t, c, buffers.historyQuery,
                    buffers.recencyQuery, (t - first) * keySize);
        }
        if (t < last) {
            RecurrenceTiles.oneHead(columns, keySize, tokens, t, c, buffers.historyQuery, buffers.recencyQuery,
                    (t - first) * keySize);
        }
    }

    private static void manyHeads(RecurrenceTiles.Columns columns, Head head, Tokens tokens, int first, int last,
            int c) {
        int lastHead = head.queryHeads() - 1;
        for (int t = first; t < last; t++) {
            RecurrenceGroupTiles.fourHeads(columns, head, tokens, t, c, Math.min(3, lastHead));
            for (int j = 4; j <= lastHead; j += 4) {
                RecurrenceGroupTiles.read(columns, head, tokens, t, c, j, lastHead);
            }
        }
    }
}
