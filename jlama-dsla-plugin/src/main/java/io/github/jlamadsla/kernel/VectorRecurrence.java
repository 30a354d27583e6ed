package io.github.jlamadsla.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

import jdk.incubator.vector.FloatVector;

import static io.github.jlamadsla.kernel.VectorMath.F;
import static io.github.jlamadsla.kernel.VectorMath.LANES;

/**
 * {@link Recurrence} on the Vector API. Two vector columns of the state at a time go through the tokens of a block. In
 * calls of many tokens they are copied into a dense block first and back after it: rows of a state lie a power of two
 * apart and would share few sets of the first-level cache. A single token works on the state where it lies.
 */
final class VectorRecurrence implements Recurrence {

    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    /** From so many tokens on copying the columns to and fro pays. */
    private static final int DENSE_FROM = 6;

    /** Tokens for which the columns are copied once; their keys, decays and queries stay in the second-level cache. */
    private static final int TOKEN_BLOCK = 64;

    private final boolean manyRegisters;

    /** Memory for the dense block of two columns. */
    private static final class DenseBlock implements Scratch {
        private MemorySegment columns = MemorySegment.NULL; // [keySize][4][LANES]

        MemorySegment reserve(int keySize) {
            long bytes = keySize * DenseTiles.DENSE_ROW;
            if (columns.byteSize() < bytes) {
                // Freed when the scratch is unreachable: it has no end that anyone announces.
                columns = Arena.ofAuto().allocate(bytes, 64);
            }
            return columns;
        }
    }

    VectorRecurrence() {
        this(F.vectorBitSize() == 512);
    }

    /** @param manyRegisters whether tiles may use 32 vector registers; the bits are the same */
    VectorRecurrence(boolean manyRegisters) {
        this.manyRegisters = manyRegisters;
    }

    @Override
    public Scratch newScratch() {
        return new DenseBlock();
    }

    @Override
    public void run(MemorySegment state, long stateOffset, Head head, Tokens tokens, Scratch scratch) {
        HeadSizes.check(head);
        for (int first = 0; first < tokens.tokens(); first += TOKEN_BLOCK) {
            int last = Math.min(first + TOKEN_BLOCK, tokens.tokens());
            for (int c = 0; c < head.valueSize(); c += 2 * LANES) {
                long b = c + LANES < head.valueSize() ? 4L * LANES : 0;
                long history = stateOffset + 4L * c;
                StateTiles.Columns columns = new StateTiles.Columns(state, history,
                        history + 4L * head.keySize() * head.valueSize(), 4L * head.valueSize(), b, c);
                if (last - first < DENSE_FROM) {
                    inPlace(columns, head, tokens, first, last);
                } else {
                    MemorySegment block = ((DenseBlock) scratch).reserve(head.keySize());
                    copyIn(columns, head.keySize(), block);
                    dense(block, head, tokens, first, last, c, c + (int) (b / Float.BYTES));
                    copyOut(block, head.keySize(), columns);
                }
            }
        }
    }

    private static void inPlace(StateTiles.Columns columns, Head head, Tokens tokens, int first, int last) {
        for (int t = first; t < last; t++) {
            switch (head.queryHeads()) {
                case 0 -> StateTiles.update(columns, head, tokens, t);
                case 1 -> StateTiles.oneHead(columns, head, tokens, t);
                default -> {
                    StateTiles.fourHeads(columns, head, tokens, t);
                    readRest(columns, head, tokens, t);
                }
            }
        }
    }

    private static void readRest(StateTiles.Columns columns, Head head, Tokens tokens, int t) {
        for (int j = 4; j < head.queryHeads(); j += 4) {
            StateTiles.read(columns, head, tokens, t, j);
        }
    }

    private void dense(MemorySegment block, Head head, Tokens tokens, int first, int last, int a, int b) {
        StateTiles.Columns columns = new StateTiles.Columns(block, 0, DenseTiles.DENSE_ROW / 2, DenseTiles.DENSE_ROW,
                4L * (b - a), a);
        switch (head.queryHeads()) {
            case 0 -> {
                int t = first;
                for (; t <= last - 4; t += 4) {
                    DenseTiles.updateFourTokens(block, head, tokens, t, a, b);
                }
                for (; t < last; t++) {
                    StateTiles.update(columns, head, tokens, t);
                }
            }
            case 1 -> {
                int t = first;
                for (; manyRegisters && t <= last - 2; t += 2) {
                    DenseTiles.oneHeadTwoTokens(block, head, tokens, t, a, b);
                }
                for (; t < last; t++) {
                    DenseTiles.oneHead(block, head, tokens, t, a, b);
                }
            }
            case 2 -> {
                for (int t = first; t < last; t++) {
                    DenseTiles.twoHeads(block, head, tokens, t, a, b);
                }
            }
            default -> {
                for (int t = first; t < last; t++) {
                    DenseTiles.fourHeads(block, head, tokens, t, a, b);
                    readRest(columns, head, tokens, t);
                }
            }
        }
    }

    private static void copyIn(StateTiles.Columns from, int rows, MemorySegment block) {
        for (int i = 0; i < rows; i++) {
            long row = i * from.rowBytes();
            long to = i * DenseTiles.DENSE_ROW;
            copyVector(from.state(), from.history() + row, block, to);
            copyVector(from.state(), from.history() + from.b() + row, block, to + 4L * LANES);
            copyVector(from.state(), from.recency() + row, block, to + 8L * LANES);
            copyVector(from.state(), from.recency() + from.b() + row, block, to + 12L * LANES);
        }
    }

    /** Where only one column is left, b is a again and may lag behind it: {@link StateTiles} writes a alone. */
    private static void copyOut(MemorySegment block, int rows, StateTiles.Columns to) {
        for (int i = 0; i < rows; i++) {
            long row = i * to.rowBytes();
            long from = i * DenseTiles.DENSE_ROW;
            copyVector(block, from, to.state(), to.history() + row);
            copyVector(block, from + 8L * LANES, to.state(), to.recency() + row);
            if (to.b() > 0) {
                copyVector(block, from + 4L * LANES, to.state(), to.history() + to.b() + row);
                copyVector(block, from + 12L * LANES, to.state(), to.recency() + to.b() + row);
            }
        }
    }

    private static void copyVector(MemorySegment from, long fromAt, MemorySegment to, long toAt) {
        FloatVector.fromMemorySegment(F, from, fromAt, LITTLE).intoMemorySegment(to, toAt, LITTLE);
    }
}
