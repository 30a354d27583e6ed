package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

import jdk.incubator.vector.FloatVector;

import io.github.jlamadsla.kernel.RecurrenceTiles.Columns;

import static io.github.jlamadsla.kernel.VectorMath.F;

/** The tiles of {@link RecurrenceTiles} for more than one query head per state. */
final class RecurrenceGroupTiles {

    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    private RecurrenceGroupTiles() {}

    /** Updates with token t, query heads 0 and 1 read. */
    static void twoHeads(Columns s, Recurrence.Head h, Recurrence.Tokens x, int t, int c) {
        MemorySegment state = s.state();
        long rowBytes = s.rowBytes();
        long history = s.history();
        long recency = s.recency();
        long historyB = history + s.b();
        long recencyB = recency + s.b();
        int b = c + (int) (s.b() / Float.BYTES);
        FloatVector w1 = FloatVector.broadcast(F, h.scale() * h.historyWeight());
        FloatVector w2 = FloatVector.broadcast(F, h.scale() * h.recencyWeight());
        float[] q = x.q().data();
        float[] k = x.k().data();
        float[] d1 = x.historyDecay().data();
        float[] d2 = x.recencyDecay().data();
        int kAt = x.k().at(t);
        int d1At = x.historyDecay().at(t);
        int d2At = x.recencyDecay().at(t);
        FloatVector va = FloatVector.fromArray(F, x.v().data(), x.v().at(t) + c);
        FloatVector vb = FloatVector.fromArray(F, x.v().data(), x.v().at(t) + b);
        int q0 = x.q().at(t);
        int q1 = x.q().at(t) + h.keySize();
        FloatVector o0a = FloatVector.zero(F);
        FloatVector o0b = o0a;
        FloatVector o1a = o0a;
        FloatVector o1b = o0a;
        for (int i = 0; i < h.keySize(); i++) {
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
            FloatVector ca = s2a.fma(w2, s1a.mul(w1));
            FloatVector cb = s2b.fma(w2, s1b.mul(w1));
            f = FloatVector.broadcast(F, q[q0 + i]);
            o0a = ca.fma(f, o0a);
            o0b = cb.fma(f, o0b);
            f = FloatVector.broadcast(F, q[q1 + i]);
            o1a = ca.fma(f, o1a);
            o1b = cb.fma(f, o1b);
        }
        float[] out = x.out().data();
        int at = x.out().at(t) + c;
        int toB = b - c;
        o0a.intoArray(out, at);
        o0b.intoArray(out, at + toB);
        o1a.intoArray(out, at + h.valueSize());
        o1b.intoArray(out, at + h.valueSize() + toB);
    }

    /** Updates with token t; query heads 0, 1, 2 and {@code last}, which is 3, or 2 where there are three, read. */
    static void fourHeads(Columns s, Recurrence.Head h, Recurrence.Tokens x, int t, int c, int last) {
        MemorySegment state = s.state();
        long rowBytes = s.rowBytes();
        long history = s.history();
        long recency = s.recency();
        long historyB = history + s.b();
        long recencyB = recency + s.b();
        int b = c + (int) (s.b() / Float.BYTES);
        FloatVector w1 = FloatVector.broadcast(F, h.scale() * h.historyWeight());
        FloatVector w2 = FloatVector.broadcast(F, h.scale() * h.recencyWeight());
        float[] q = x.q().data();
        float[] k = x.k().data();
        float[] d1 = x.historyDecay().data();
        float[] d2 = x.recencyDecay().data();
        int kAt = x.k().at(t);
        int d1At = x.historyDecay().at(t);
        int d2At = x.recencyDecay().at(t);
        FloatVector va = FloatVector.fromArray(F, x.v().data(), x.v().at(t) + c);
        FloatVector vb = FloatVector.fromArray(F, x.v().data(), x.v().at(t) + b);
        int q0 = x.q().at(t);
        int q1 = x.q().at(t) + h.keySize();
        int q2 = x.q().at(t) + 2 * h.keySize();
        int q3 = x.q().at(t) + last * h.keySize();
        FloatVector o0a = FloatVector.zero(F);
        FloatVector o0b = o0a;
        FloatVector o1a = o0a;
        FloatVector o1b = o0a;
        FloatVector o2a = o0a;
        FloatVector o2b = o0a;
        FloatVector o3a = o0a;
        FloatVector o3b = o0a;
        for (int i = 0; i < h.keySize(); i++) {
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
            FloatVector ca = s2a.fma(w2, s1a.mul(w1));
            FloatVector cb = s2b.fma(w2, s1b.mul(w1));
            f = FloatVector.broadcast(F, q[q0 + i]);
            o0a = ca.fma(f, o0a);
            o0b = cb.fma(f, o0b);
            f = FloatVector.broadcast(F, q[q1 + i]);
            o1a = ca.fma(f, o1a);
            o1b = cb.fma(f, o1b);
            f = FloatVector.broadcast(F, q[q2 + i]);
            o2a = ca.fma(f, o2a);
            o2b = cb.fma(f, o2b);
            f = FloatVector.broadcast(F, q[q3 + i]);
            o3a = ca.fma(f, o3a);
            o3b = cb.fma(f, o3b);
        }
        float[] out = x.out().data();
        int at = x.out().at(t) + c;
        int toB = b - c;
        o0a.intoArray(out, at);
        o0b.intoArray(out, at + toB);
        o1a.intoArray(out, at + h.valueSize());
        o1b.intoArray(out, at + h.valueSize() + toB);
        o2a.intoArray(out, at + 2 * h.valueSize());
        o2b.intoArray(out, at + 2 * h.valueSize() + toB);
        o3a.intoArray(out, at + last * h.valueSize());
        o3b.intoArray(out, at + last * h.valueSize() + toB);
    }

    /** Four query heads from {@code first} on, none above {@code last}, read the state as it is after token t. */
    static void read(Columns s, Recurrence.Head h, Recurrence.Tokens x, int t, int c, int first, int last) {
        int second = Math.min(first + 1, last);
        int third = Math.min(first + 2, last);
        int fourth = Math.min(first + 3, last);
        MemorySegment state = s.state();
        long rowBytes = s.rowBytes();
        long history = s.history();
        long recency = s.recency();
        long historyB = history + s.b();
        long recencyB = recency + s.b();
        int b = c + (int) (s.b() / Float.BYTES);
        FloatVector w1 = FloatVector.broadcast(F, h.scale() * h.historyWeight());
        FloatVector w2 = FloatVector.broadcast(F, h.scale() * h.recencyWeight());
        float[] q = x.q().data();
        int q0 = x.q().at(t) + first * h.keySize();
        int q1 = x.q().at(t) + second * h.keySize();
        int q2 = x.q().at(t) + third * h.keySize();
        int q3 = x.q().at(t) + fourth * h.keySize();
        FloatVector o0a = FloatVector.zero(F);
        FloatVector o0b = o0a;
        FloatVector o1a = o0a;
        FloatVector o1b = o0a;
        FloatVector o2a = o0a;
        FloatVector o2b = o0a;
        FloatVector o3a = o0a;
        FloatVector o3b = o0a;
        for (int i = 0; i < h.keySize(); i++) {
            long row = i * rowBytes;
            FloatVector s1a = FloatVector.fromMemorySegment(F, state, history + row, LITTLE);
            FloatVector s1b = FloatVector.fromMemorySegment(F, state, historyB + row, LITTLE);
            FloatVector s2a = FloatVector.fromMemorySegment(F, state, recency + row, LITTLE);
            FloatVector s2b = FloatVector.fromMemorySegment(F, state, recencyB + row, LITTLE);
            FloatVector ca = s2a.fma(w2, s1a.mul(w1));
            FloatVector cb = s2b.fma(w2, s1b.mul(w1));
            FloatVector f = FloatVector.broadcast(F, q[q0 + i]);
            o0a = ca.fma(f, o0a);
            o0b = cb.fma(f, o0b);
            f = FloatVector.broadcast(F, q[q1 + i]);
            o1a = ca.fma(f, o1a);
            o1b = cb.fma(f, o1b);
            f = FloatVector.broadcast(F, q[q2 + i]);
            o2a = ca.fma(f, o2a);
            o2b = cb.fma(f, o2b);
            f = FloatVector.broadcast(F, q[q3 + i]);
            o3a = ca.fma(f, o3a);
            o3b = cb.fma(f, o3b);
        }
        float[] out = x.out().data();
        int at = x.out().at(t) + c;
        int toB = b - c;
        o0a.intoArray(out, at + first * h.valueSize());
        o0b.intoArray(out, at + first * h.valueSize() + toB);
        o1a.intoArray(out, at + second * h.valueSize());
        o1b.intoArray(out, at + second * h.valueSize() + toB);
        o2a.intoArray(out, at + third * h.valueSize());
        o2b.intoArray(out, at + third * h.valueSize() + toB);
        o3a.intoArray(out, at + fourth * h.valueSize());
        o3b.intoArray(out, at + fourth * h.valueSize() + toB);
    }
}
