package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

import jdk.incubator.vector.FloatVector;

import io.github.jlamadsla.kernel.Recurrence.Head;
import io.github.jlamadsla.kernel.Recurrence.Tokens;

import static io.github.jlamadsla.kernel.VectorMath.F;

/**
 * The inner loops of {@link VectorRecurrence} over a state wherever it lies: each walks the key axis once for one token
 * and two vector columns {@code a} and {@code b} of the state. Whatever the tile, here and in {@link DenseTiles}, a
 * number goes through the same operations in the same order:
 *
 * <pre>
 * S1 = fma(d1, S1, k v)              S2 = fma(d2, S2, k v)
 * one query head:   h = fma(q, S1, h)    r = fma(q, S2, r)    o = fma(w2, r, w1 h)
 * more:             o = fma(q, fma(w2, S2, w1 S1), o)
 * with w1, w2 the weights times the scale
 * </pre>
 *
 * Where only one column is left, b is a again: then all is computed and stored twice, which changes nothing.
 */
final class StateTiles {

    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    /**
     * Where two columns of the state lie: row i of the history state at byte {@code history + i * rowBytes}, likewise
     * the recency state.
     *
     * @param b bytes from column a to column b
     * @param column first element of column a in v and out
     */
    record Columns(MemorySegment state, long history, long recency, long rowBytes, long b, int column) {}

    private StateTiles() {}

    /** Updates with token t; one query head reads. */
    static void oneHead(Columns s, Head head, Tokens x, int t) {
        MemorySegment state = s.state();
        long rowBytes = s.rowBytes();
        long history = s.history();
        long recency = s.recency();
        long historyB = history + s.b();
        long recencyB = recency + s.b();
        int c = s.column();
        int b = s.column() + (int) (s.b() / Float.BYTES);
        int keySize = head.keySize();
        float[] k = x.k().data();
        float[] d1 = x.historyDecay().data();
        float[] d2 = x.recencyDecay().data();
        float[] q = x.q().data();
        int kAt = x.k().at(t);
        int d1At = x.historyDecay().at(t);
        int d2At = x.recencyDecay().at(t);
        float[] v = x.v().data();
        FloatVector va = FloatVector.fromArray(F, v, x.v().at(t) + c);
        FloatVector vb = FloatVector.fromArray(F, v, x.v().at(t) + b);
        int qAt = x.q().at(t);
        FloatVector w1 = FloatVector.broadcast(F, head.scale() * head.historyWeight());
        FloatVector w2 = FloatVector.broadcast(F, head.scale() * head.recencyWeight());
        FloatVector ha = FloatVector.zero(F);
        FloatVector hb = ha;
        FloatVector ra = ha;
        FloatVector rb = ha;
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
            f = FloatVector.broadcast(F, d2[d2At + i]);
            s2a = s2a.fma(f, kva);
            s2b = s2b.fma(f, kvb);
            s2a.intoMemorySegment(state, recency + row, LITTLE);
            s2b.intoMemorySegment(state, recencyB + row, LITTLE);
            f = FloatVector.broadcast(F, q[qAt + i]);
            ha = s1a.fma(f, ha);
            hb = s1b.fma(f, hb);
            ra = s2a.fma(f, ra);
            rb = s2b.fma(f, rb);
        }
        float[] out = x.out().data();
        ra.fma(w2, ha.mul(w1)).intoArray(out, x.out().at(t) + c);
        rb.fma(w2, hb.mul(w1)).intoArray(out, x.out().at(t) + b);
    }

    /** Updates with token t; no query head reads. */
    static void update(Columns s, Head head, Tokens x, int t) {
        MemorySegment state = s.state();
        long rowBytes = s.rowBytes();
        long history = s.history();
        long recency = s.recency();
        long historyB = history + s.b();
        long recencyB = recency + s.b();
        int c = s.column();
        int b = s.column() + (int) (s.b() / Float.BYTES);
        int keySize = head.keySize();
        float[] k = x.k().data();
        float[] d1 = x.historyDecay().data();
        float[] d2 = x.recencyDecay().data();
        int kAt = x.k().at(t);
        int d1At = x.historyDecay().at(t);
        int d2At = x.recencyDecay().at(t);
        float[] v = x.v().data();
        FloatVector va = FloatVector.fromArray(F, v, x.v().at(t) + c);
        FloatVector vb = FloatVector.fromArray(F, v, x.v().at(t) + b);
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
            f = FloatVector.broadcast(F, d2[d2At + i]);
            s2a = s2a.fma(f, kva);
            s2b = s2b.fma(f, kvb);
            s2a.intoMemorySegment(state, recency + row, LITTLE);
            s2b.intoMemorySegment(state, recencyB + row, LITTLE);
        }
    }

    /** Updates with token t; the first four query heads read. Where there are fewer, the last one does it repeatedly. */
    static void fourHeads(Columns s, Head head, Tokens x, int t) {
        MemorySegment state = s.state();
        long rowBytes = s.rowBytes();
        long history = s.history();
        long recency = s.recency();
        long historyB = history + s.b();
        long recencyB = recency + s.b();
        int c = s.column();
        int b = s.column() + (int) (s.b() / Float.BYTES);
        int keySize = head.keySize();
        int last = head.queryHeads() - 1;
        float[] k = x.k().data();
        float[] d1 = x.historyDecay().data();
        float[] d2 = x.recencyDecay().data();
        float[] q = x.q().data();
        int kAt = x.k().at(t);
        int d1At = x.historyDecay().at(t);
        int d2At = x.recencyDecay().at(t);
        float[] v = x.v().data();
        FloatVector va = FloatVector.fromArray(F, v, x.v().at(t) + c);
        FloatVector vb = FloatVector.fromArray(F, v, x.v().at(t) + b);
        int head1 = Math.min(1, last);
        int head2 = Math.min(2, last);
        int head3 = Math.min(3, last);
        int q0 = x.q().at(t);
        int q1 = q0 + head1 * keySize;
        int q2 = q0 + head2 * keySize;
        int q3 = q0 + head3 * keySize;
        FloatVector w1 = FloatVector.broadcast(F, head.scale() * head.historyWeight());
        FloatVector w2 = FloatVector.broadcast(F, head.scale() * head.recencyWeight());
        FloatVector o0a = FloatVector.zero(F);
        FloatVector o0b = o0a;
        FloatVector o1a = o0a;
        FloatVector o1b = o0a;
        FloatVector o2a = o0a;
        FloatVector o2b = o0a;
        FloatVector o3a = o0a;
        FloatVector o3b = o0a;
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
            f = FloatVector.broadcast(F, d2[d2At + i]);
            s2a = s2a.fma(f, kva);
            s2b = s2b.fma(f, kvb);
            s2a.intoMemorySegment(state, recency + row, LITTLE);
            s2b.intoMemorySegment(state, recencyB + row, LITTLE);
            FloatVector readA = s2a.fma(w2, s1a.mul(w1));
            FloatVector readB = s2b.fma(w2, s1b.mul(w1));
            f = FloatVector.broadcast(F, q[q0 + i]);
            o0a = readA.fma(f, o0a);
            o0b = readB.fma(f, o0b);
            f = FloatVector.broadcast(F, q[q1 + i]);
            o1a = readA.fma(f, o1a);
            o1b = readB.fma(f, o1b);
            f = FloatVector.broadcast(F, q[q2 + i]);
            o2a = readA.fma(f, o2a);
            o2b = readB.fma(f, o2b);
            f = FloatVector.broadcast(F, q[q3 + i]);
            o3a = readA.fma(f, o3a);
            o3b = readB.fma(f, o3b);
        }
        float[] out = x.out().data();
        int at = x.out().at(t);
        o0a.intoArray(out, at + c);
        o0b.intoArray(out, at + b);
        o1a.intoArray(out, at + head1 * head.valueSize() + c);
        o1b.intoArray(out, at + head1 * head.valueSize() + b);
        o2a.intoArray(out, at + head2 * head.valueSize() + c);
        o2b.intoArray(out, at + head2 * head.valueSize() + b);
        o3a.intoArray(out, at + head3 * head.valueSize() + c);
        o3b.intoArray(out, at + head3 * head.valueSize() + b);
    }

    /** Four query heads from {@code first} on read the state as token t left it, the last one repeatedly as above. */
    static void read(Columns s, Head head, Tokens x, int t, int first) {
        MemorySegment state = s.state();
        long rowBytes = s.rowBytes();
        long history = s.history();
        long recency = s.recency();
        long historyB = history + s.b();
        long recencyB = recency + s.b();
        int c = s.column();
        int b = s.column() + (int) (s.b() / Float.BYTES);
        int keySize = head.keySize();
        int last = head.queryHeads() - 1;
        float[] q = x.q().data();
        int head1 = Math.min(first + 1, last);
        int head2 = Math.min(first + 2, last);
        int head3 = Math.min(first + 3, last);
        int q0 = x.q().at(t) + first * keySize;
        int q1 = x.q().at(t) + head1 * keySize;
        int q2 = x.q().at(t) + head2 * keySize;
        int q3 = x.q().at(t) + head3 * keySize;
        FloatVector w1 = FloatVector.broadcast(F, head.scale() * head.historyWeight());
        FloatVector w2 = FloatVector.broadcast(F, head.scale() * head.recencyWeight());
        FloatVector o0a = FloatVector.zero(F);
        FloatVector o0b = o0a;
        FloatVector o1a = o0a;
        FloatVector o1b = o0a;
        FloatVector o2a = o0a;
        FloatVector o2b = o0a;
        FloatVector o3a = o0a;
        FloatVector o3b = o0a;
        for (int i = 0; i < keySize; i++) {
            long row = i * rowBytes;
            FloatVector s1a = FloatVector.fromMemorySegment(F, state, history + row, LITTLE);
            FloatVector s1b = FloatVector.fromMemorySegment(F, state, historyB + row, LITTLE);
            FloatVector s2a = FloatVector.fromMemorySegment(F, state, recency + row, LITTLE);
            FloatVector s2b = FloatVector.fromMemorySegment(F, state, recencyB + row, LITTLE);
            FloatVector readA = s2a.fma(w2, s1a.mul(w1));
            FloatVector readB = s2b.fma(w2, s1b.mul(w1));
            FloatVector f = FloatVector.broadcast(F, q[q0 + i]);
            o0a = readA.fma(f, o0a);
            o0b = readB.fma(f, o0b);
            f = FloatVector.broadcast(F, q[q1 + i]);
            o1a = readA.fma(f, o1a);
            o1b = readB.fma(f, o1b);
            f = FloatVector.broadcast(F, q[q2 + i]);
            o2a = readA.fma(f, o2a);
            o2b = readB.fma(f, o2b);
            f = FloatVector.broadcast(F, q[q3 + i]);
            o3a = readA.fma(f, o3a);
            o3b = readB.fma(f, o3b);
        }
        float[] out = x.out().data();
        int at = x.out().at(t);
        o0a.intoArray(out, at + first * head.valueSize() + c);
        o0b.intoArray(out, at + first * head.valueSize() + b);
        o1a.intoArray(out, at + head1 * head.valueSize() + c);
        o1b.intoArray(out, at + head1 * head.valueSize() + b);
        o2a.intoArray(out, at + head2 * head.valueSize() + c);
        o2b.intoArray(out, at + head2 * head.valueSize() + b);
        o3a.intoArray(out, at + head3 * head.valueSize() + c);
        o3b.intoArray(out, at + head3 * head.valueSize() + b);
    }
}
