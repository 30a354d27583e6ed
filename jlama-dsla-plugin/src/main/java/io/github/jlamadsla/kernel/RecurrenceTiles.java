package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

import jdk.incubator.vector.FloatVector;

import static io.github.jlamadsla.kernel.VectorMath.F;

/**
 * The inner loops of {@link VectorRecurrence}: each walks the key axis once for a few tokens and two vector columns
 * {@code a} and {@code b} of the state (twice the same where only one is left: it then stores the same twice). Whatever
 * the tile, a number goes through the same operations in the same order:
 *
 * <pre>
 * S1 = fma(d1, S1, k v)    S2 = fma(d2, S2, k v)
 * one query head:   o = fma(q2, S2, fma(q1, S1, o))      q1 = q a1 scale, q2 = q a2 scale
 * more:             o = fma(q, fma(a2, S2, a1 S1), o)    a1, a2 with the scale in them
 * </pre>
 */
final class RecurrenceTiles {

    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    /**
     * Where two columns of the state lie: row i of the history state at {@code history + i * rowBytes}, likewise the
     * recency state; column b {@code b} bytes further than column a.
     */
    record Columns(MemorySegment state, long history, long recency, long rowBytes, long b) {}

    private RecurrenceTiles() {}

    /** Updates with tokens t and t + 1, one query head reads. Column a is column {@code c} of v and out. */
    static void oneHeadTwoTokens(Columns s, int keySize, Recurrence.Tokens x, int t, int c, float[] q1, float[] q2,
            int qAt) {
        MemorySegment state = s.state();
        long rowBytes = s.rowBytes();
        long history = s.history();
        long recency = s.recency();
        long historyB = history + s.b();
        long recencyB = recency + s.b();
        int b = c + (int) (s.b() / Float.BYTES);
        float[] k = x.k().data();
        float[] d1 = x.historyDecay().data();
        float[] d2 = x.recencyDecay().data();
        int kX = x.k().at(t);
        int kY = x.k().at(t + 1);
        int d1X = x.historyDecay().at(t);
        int d1Y = x.historyDecay().at(t + 1);
        int d2X = x.recencyDecay().at(t);
        int d2Y = x.recencyDecay().at(t + 1);
        int qY = qAt + keySize;
        FloatVector vXa = FloatVector.fromArray(F, x.v().data(), x.v().at(t) + c);
        FloatVector vXb = FloatVector.fromArray(F, x.v().data(), x.v().at(t) + b);
        FloatVector vYa = FloatVector.fromArray(F, x.v().data(), x.v().at(t + 1) + c);
        FloatVector vYb = FloatVector.fromArray(F, x.v().data(), x.v().at(t + 1) + b);
        FloatVector oXa = FloatVector.zero(F);
        FloatVector oXb = oXa;
        FloatVector oYa = oXa;
        FloatVector oYb = oXa;
        for (int i = 0; i < keySize; i++) {
            long row = i * rowBytes;
            FloatVector s1a = FloatVector.fromMemorySegment(F, state, history + row, LITTLE);
            FloatVector s1b = FloatVector.fromMemorySegment(F, state, historyB + row, LITTLE);
            FloatVector s2a = FloatVector.fromMemorySegment(F, state, recency + row, LITTLE);
            FloatVector s2b = FloatVector.fromMemorySegment(F, state, recencyB + row, LITTLE);
            FloatVector kv = FloatVector.broadcast(F, k[kX + i]);
            FloatVector kva = kv.mul(vXa);
            FloatVector kvb = kv.mul(vXb);
            FloatVector f = FloatVector.broadcast(F, d1[d1X + i]);
            s1a = s1a.fma(f, kva);
            s1b = s1b.fma(f, kvb);
            f = FloatVector.broadcast(F, q1[qAt + i]);
            oXa = s1a.fma(f, oXa);
            oXb = s1b.fma(f, oXb);
            f = FloatVector.broadcast(F, d2[d2X + i]);
            s2a = s2a.fma(f, kva);
            s2b = s2b.fma(f, kvb);
            f = FloatVector.broadcast(F, q2[qAt + i]);
            oXa = s2a.fma(f, oXa);
            oXb = s2b.fma(f, oXb);

            kv = FloatVector.broadcast(F, k[kY + i]);
            kva = kv.mul(vYa);
            kvb = kv.mul(vYb);
            f = FloatVector.broadcast(F, d1[d1Y + i]);
            s1a = s1a.fma(f, kva);
            s1b = s1b.fma(f, kvb);
            s1a.intoMemorySegment(state, history + row, LITTLE);
            s1b.intoMemorySegment(state, historyB + row, LITTLE);
            f = FloatVector.broadcast(F, q1[qY + i]);
            oYa = s1a.fma(f, oYa);
            oYb = s1b.fma(f, oYb);
            f = FloatVector.broadcast(F, d2[d2Y + i]);
            s2a = s2a.fma(f, kva);
            s2b = s2b.fma(f, kvb);
            s2a.intoMemorySegment(state, recency + row, LITTLE);
            s2b.intoMemorySegment(state, recencyB + row, LITTLE);
            f = FloatVector.broadcast(F, q2[qY + i]);
            oYa = s2a.fma(f, oYa);
            oYb = s2b.fma(f, oYb);
        }
        float[] out = x.out().data();
        oXa.intoArray(out, x.out().at(t) + c);
        oXb.intoArray(out, x.out().at(t) + b);
        oYa.intoArray(out, x.out().at(t + 1) + c);
        oYb.intoArray(out, x.out().at(t + 1) + b);
    }

    /** Updates with token t, one query head reads. */
    static void oneHead(Columns s, int keySize, Recurrence.Tokens x, int t, int c, float[] q1, float[] q2, int qAt) {
        MemorySegment state = s.state();
        long rowBytes = s.rowBytes();
        long history = s.history();
        long recency = s.recency();
        long historyB = history + s.b();
        long recencyB = recency + s.b();
        int b = c + (int) (s.b() / Float.BYTES);
        float[] k = x.k().data();
        float[] d1 = x.historyDecay().data();
        float[] d2 = x.recencyDecay().data();
        int kAt = x.k().at(t);
        int d1At = x.historyDecay().at(t);
        int d2At = x.recencyDecay().at(t);
        FloatVector va = FloatVector.fromArray(F, x.v().data(), x.v().at(t) + c);
        FloatVector vb = FloatVector.fromArray(F, x.v().data(), x.v().at(t) + b);
        FloatVector oa = FloatVector.zero(F);
        FloatVector ob = oa;
        for (int i = 0; i < keySize; i++) {
            long row = i * rowBytes;
            FloatVector s1a = FloatVector.fromMemorySegment(F, state, history + row, LITTLE);
            FloatVector s1b = FloatVector.fromMemorySegment(F, state, historyB + row, LITTLE);
            FloatVector s2a = FloatVector.fromMemorySegment(F, state, recency + row, LITTLE);
            FloatVector s2b = FloatVector.fromMemorySegment(F, state, recencyB + row, LITTLE);
            FloatVector f = FloatVector.broadcast(F, k[kAt + i]);
            FloatVector kva = f.mul(va);
            FloatVector kvb = f.mul(vb);
            f = FloatVector.broadcast(F, d1[d1At + i]);
            s1a = s1a.fma(f, kva);
            s1b = s1b.fma(f, kvb);
            s1a.intoMemorySegment(state, history + row, LITTLE);
            s1b.intoMemorySegment(state, historyB + row, LITTLE);
            f = FloatVector.broadcast(F, q1[qAt + i]);
            oa = s1a.fma(f, oa);
            ob = s1b.fma(f, ob);
            f = FloatVector.broadcast(F, d2[d2At + i]);
            s2a = s2a.fma(f, kva);
            s2b = s2b.fma(f, kvb);
            s2a.intoMemorySegment(state, recency + row, LITTLE);
            s2b.intoMemorySegment(state, recencyB + row, LITTLE);
            f = FloatVector.broadcast(F, q2[qAt + i]);
            oa = s2a.fma(f, oa);
            ob = s2b.fma(f, ob);
        }
        oa.intoArray(x.out().data(), x.out().at(t) + c);
        ob.intoArray(x.out().data(), x.out().at(t) + b);
    }

    /** Updates with token t; no query head reads. */
    static void update(Columns s, int keySize, Recurrence.Tokens x, int t, int c) {
        MemorySegment state = s.state();
        long rowBytes = s.rowBytes();
        long history = s.history();
        long recency = s.recency();
        long historyB = history + s.b();
        long recencyB = recency + s.b();
        int b = c + (int) (s.b() / Float.BYTES);
        float[] k = x.k().data();
        float[] d1 = x.historyDecay().data();
        float[] d2 = x.recencyDecay().data();
        int kAt = x.k().at(t);
        int d1At = x.historyDecay().at(t);
        int d2At = x.recencyDecay().at(t);
        FloatVector va = FloatVector.fromArray(F, x.v().data(), x.v().at(t) + c);
        FloatVector vb = FloatVector.fromArray(F, x.v().data(), x.v().at(t) + b);
        for (int i = 0; i < keySize; i++) {
            long row = i * rowBytes;
            FloatVector s1a = FloatVector.fromMemorySegment(F, state, history + row, LITTLE);
            FloatVector s1b = FloatVector.fromMemorySegment(F, state, historyB + row, LITTLE);
            FloatVector s2a = FloatVector.fromMemorySegment(F, state, recency + row, LITTLE);
            FloatVector s2b = FloatVector.fromMemorySegment(F, state, recencyB + row, LITTLE);
            FloatVector f = FloatVector.broadcast(F, k[kAt + i]);
            FloatVector kva = f.mul(va);
            FloatVector kvb = f.mul(vb);
            f = FloatVector.broadcast(F, d1[d1At + i]);
            s1a.fma(f, kva).intoMemorySegment(state, history + row, LITTLE);
            s1b.fma(f, kvb).intoMemorySegment(state, historyB + row, LITTLE);
            f = FloatVector.broadcast(F, d2[d2At + i]);
            s2a.fma(f, kva).intoMemorySegment(state, recency + row, LITTLE);
            s2b.fma(f, kvb).intoMemorySegment(state, recencyB + row, LITTLE);
        }
    }
}
