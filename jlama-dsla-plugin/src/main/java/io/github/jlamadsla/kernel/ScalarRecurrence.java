package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@link Recurrence} as its equations are written: the reference of the vector form. */
final class ScalarRecurrence implements Recurrence {

    private record NoScratch() implements Scratch {}

    @Override
    public Scratch newScratch() {
        return new NoScratch();
    }

    @Override
    public void run(MemorySegment state, long stateOffset, Head head, Tokens tokens, Scratch scratch) {
        HeadSizes.check(head);
        for (int t = 0; t < tokens.tokens(); t++) {
            update(state, stateOffset, head, tokens.historyDecay(), tokens, t);
            update(state, stateOffset + stateBytes(head), head, tokens.recencyDecay(), tokens, t);
            for (int j = 0; j < head.queryHeads(); j++) {
                read(state, stateOffset, head, tokens, t, j);
            }
        }
    }

    private static void update(MemorySegment state, long offset, Head head, Rows decay, Tokens tokens, int t) {
        Rows k = tokens.k();
        Rows v = tokens.v();
        for (int i = 0; i < head.keySize(); i++) {
            for (int c = 0; c < head.valueSize(); c++) {
                long at = at(offset, head, i, c);
                float kept = decay.data()[decay.at(t) + i] * state.get(ValueLayout.JAVA_FLOAT, at);
                state.set(ValueLayout.JAVA_FLOAT, at, kept + k.data()[k.at(t) + i] * v.data()[v.at(t) + c]);
            }
        }
    }

    private static void read(MemorySegment state, long offset, Head head, Tokens tokens, int t, int queryHead) {
        Rows q = tokens.q();
        Rows out = tokens.out();
        for (int c = 0; c < head.valueSize(); c++) {
            double sum = 0;
            for (int i = 0; i < head.keySize(); i++) {
                double history = state.get(ValueLayout.JAVA_FLOAT, at(offset, head, i, c));
                double recency = state.get(ValueLayout.JAVA_FLOAT, at(offset + stateBytes(head), head, i, c));
                sum += q.data()[q.at(t) + queryHead * head.keySize() + i]
                        * (head.historyWeight() * history + head.recencyWeight() * recency);
            }
            out.data()[out.at(t) + queryHead * head.valueSize() + c] = (float) (head.scale() * sum);
        }
    }

    private static long stateBytes(Head head) {
        return 4L * head.keySize() * head.valueSize();
    }

    private static long at(long offset, Head head, int i, int c) {
        return offset + 4 * ((long) i * head.valueSize() + c);
    }
}
