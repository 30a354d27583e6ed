package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

import jdk.incubator.vector.FloatVector;

import io.github.jlamadsla.kernel.Recurrence.Head;
import io.github.jlamadsla.kernel.Recurrence.Tokens;

import static io.github.jlamadsla.kernel.VectorMath.F;
import static io.github.jlamadsla.kernel.VectorMath.LANES;

/**
 * The loops of {@link StateTiles} over two columns that were copied into one dense block {@code [keySize][4][LANES]}:
 * history a, history b, recency a, recency b. Constant distances let the compiler take the bounds checks out of the
 * loop, and the block stays in the first-level cache.
 */
final class DenseTiles {

    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    private static final long VECTOR = 4L * LANES;

    /** Bytes from one row of the block to the next. */
    static final long DENSE_ROW = 4 * VECTOR;

    private DenseTiles() {}

    /** Updates with token t; one query head reads. */
    static void oneHead(MemorySegment state, Head head, Tokens x, int t, int c, int b) {
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
            long row = (long) i * DENSE_ROW;
            FloatVector s1a = FloatVector.fromMemorySegment(F, state, row, LITTLE);
            FloatVector s1b = FloatVector.fromMemorySegment(F, state, row + VECTOR, LITTLE);
            FloatVector s2a = FloatVector.fromMemorySegment(F, state, row + 2 * VECTOR, LITTLE);
            FloatVector s2b = FloatVector.fromMemorySegment(F, state, row + 3 * VECTOR, LITTLE);
            FloatVector f = FloatVector.broadcast(F, k[kAt + i]);
            FloatVector kva = f.mul(va);
            FloatVector kvb = f.mul(vb);
            f = FloatVector.broadcast(F, d1[d1At + i]);
            s1a = s1a.fma(f, kva);
            s1b = s1b.fma(f, kvb);
            s1a.intoMemorySegment(state, row, LITTLE);
            s1b.intoMemorySegment(state, row + VECTOR, LITTLE);
            f = FloatVector.broadcast(F, d2[d2At + i]);
            s2a = s2a.fma(f, kva);
            s2b = s2b.fma(f, kvb);
            s2a.intoMemorySegment(state, row + 2 * VECTOR, LITTLE);
            s2b.intoMemorySegment(state, row + 3 * VECTOR, LITTLE);
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

    /** Updates with tokens t and t + 1; one query head reads. Needs more than 16 vector registers. */
    static void oneHeadTwoTokens(MemorySegment state, Head head, Tokens x, int t, int c, int b) {
        int keySize = head.keySize();
        float[] k = x.k().data();
        float[] d1 = x.historyDecay().data();
        float[] d2 = x.recencyDecay().data();
        float[] q = x.q().data();
        int kXAt = x.k().at(t);
        int d1XAt = x.historyDecay().at(t);
        int d2XAt = x.recencyDecay().at(t);
        float[] v = x.v().data();
        FloatVector vXa = FloatVector.fromArray(F, v, x.v().at(t) + c);
        FloatVector vXb = FloatVector.fromArray(F, v, x.v().at(t) + b);
        int qXAt = x.q().at(t);
        int kYAt = x.k().at(t + 1);
        int d1YAt = x.historyDecay().at(t + 1);
        int d2YAt = x.recencyDecay().at(t + 1);
        FloatVector vYa = FloatVector.fromArray(F, v, x.v().at(t + 1) + c);
        FloatVector vYb = FloatVector.fromArray(F, v, x.v().at(t + 1) + b);
        int qYAt = x.q().at(t + 1);
        FloatVector w1 = FloatVector.broadcast(F, head.scale() * head.historyWeight());
        FloatVector w2 = FloatVector.broadcast(F, head.scale() * head.recencyWeight());
        FloatVector hXa = FloatVector.zero(F);
        FloatVector hXb = hXa;
        FloatVector rXa = hXa;
        FloatVector rXb = hXa;
        FloatVector hYa = hXa;
        FloatVector hYb = hXa;
        FloatVector rYa = hXa;
        FloatVector rYb = hXa;
        for (int i = 0; i < keySize; i++) {
            long row = (long) i * DENSE_ROW;
            FloatVector s1a = FloatVector.fromMemorySegment(F, state, row, LITTLE);
            FloatVector s1b = FloatVector.fromMemorySegment(F, state, row + VECTOR, LITTLE);
            FloatVector s2a = FloatVector.fromMemorySegment(F, state, row + 2 * VECTOR, LITTLE);
            FloatVector s2b = FloatVector.fromMemorySegment(F, state, row + 3 * VECTOR, LITTLE);
            FloatVector f = FloatVector.broadcast(F, k[kXAt + i]);
            FloatVector kva = f.mul(vXa);
            FloatVector kvb = f.mul(vXb);
            f = FloatVector.broadcast(F, d1[d1XAt + i]);
            s1a = s1a.fma(f, kva);
            s1b = s1b.fma(f, kvb);
            f = FloatVector.broadcast(F, d2[d2XAt + i]);
            s2a = s2a.fma(f, kva);
            s2b = s2b.fma(f, kvb);
            f = FloatVector.broadcast(F, q[qXAt + i]);
            hXa = s1a.fma(f, hXa);
            hXb = s1b.fma(f, hXb);
            rXa = s2a.fma(f, rXa);
            rXb = s2b.fma(f, rXb);
            f = FloatVector.broadcast(F, k[kYAt + i]);
            kva = f.mul(vYa);
            kvb = f.mul(vYb);
            f = FloatVector.broadcast(F, d1[d1YAt + i]);
            s1a = s1a.fma(f, kva);
            s1b = s1b.fma(f, kvb);
            s1a.intoMemorySegment(state, row, LITTLE);
            s1b.intoMemorySegment(state, row + VECTOR, LITTLE);
            f = FloatVector.broadcast(F, d2[d2YAt + i]);
            s2a = s2a.fma(f, kva);
            s2b = s2b.fma(f, kvb);
            s2a.intoMemorySegment(state, row + 2 * VECTOR, LITTLE);
            s2b.intoMemorySegment(state, row + 3 * VECTOR, LITTLE);
            f = FloatVector.broadcast(F, q[qYAt + i]);
            hYa = s1a.fma(f, hYa);
            hYb = s1b.fma(f, hYb);
            rYa = s2a.fma(f, rYa);
            rYb = s2b.fma(f, rYb);
        }
        float[] out = x.out().data();
        rXa.fma(w2, hXa.mul(w1)).intoArray(out, x.out().at(t) + c);
        rXb.fma(w2, hXb.mul(w1)).intoArray(out, x.out().at(t) + b);
        rYa.fma(w2, hYa.mul(w1)).intoArray(out, x.out().at(t + 1) + c);
        rYb.fma(w2, hYb.mul(w1)).intoArray(out, x.out().at(t + 1) + b);
    }

    /** Updates with token t; two query heads read. */
    static void twoHeads(MemorySegment state, Head head, Tokens x, int t, int c, int b) {
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
        int q0 = x.q().at(t);
        int q1 = q0 + keySize;
        FloatVector w1 = FloatVector.broadcast(F, head.scale() * head.historyWeight());
        FloatVector w2 = FloatVector.broadcast(F, head.scale() * head.recencyWeight());
        FloatVector o0a = FloatVector.zero(F);
        FloatVector o0b = o0a;
        FloatVector o1a = o0a;
        FloatVector o1b = o0a;
        for (int i = 0; i < keySize; i++) {
            long row = (long) i * DENSE_ROW;
            FloatVector s1a = FloatVector.fromMemorySegment(F, state, row, LITTLE);
            FloatVector s1b = FloatVector.fromMemorySegment(F, state, row + VECTOR, LITTLE);
            FloatVector s2a = FloatVector.fromMemorySegment(F, state, row + 2 * VECTOR, LITTLE);
            FloatVector s2b = FloatVector.fromMemorySegment(F, state, row + 3 * VECTOR, LITTLE);
            FloatVector f = FloatVector.broadcast(F, k[kAt + i]);
            FloatVector kva = f.mul(va);
            FloatVector kvb = f.mul(vb);
            f = FloatVector.broadcast(F, d1[d1At + i]);
            s1a = s1a.fma(f, kva);
            s1b = s1b.fma(f, kvb);
            s1a.intoMemorySegment(state, row, LITTLE);
            s1b.intoMemorySegment(state, row + VECTOR, LITTLE);
            f = FloatVector.broadcast(F, d2[d2At + i]);
            s2a = s2a.fma(f, kva);
            s2b = s2b.fma(f, kvb);
            s2a.intoMemorySegment(state, row + 2 * VECTOR, LITTLE);
            s2b.intoMemorySegment(state, row + 3 * VECTOR, LITTLE);
            FloatVector readA = s2a.fma(w2, s1a.mul(w1));
            FloatVector readB = s2b.fma(w2, s1b.mul(w1));
            f = FloatVector.broadcast(F, q[q0 + i]);
            o0a = readA.fma(f, o0a);
            o0b = readB.fma(f, o0b);
            f = FloatVector.broadcast(F, q[q1 + i]);
            o1a = readA.fma(f, o1a);
            o1b = readB.fma(f, o1b);
        }
        float[] out = x.out().data();
        int at = x.out().at(t);
        o0a.intoArray(out, at + c);
        o0b.intoArray(out, at + b);
        o1a.intoArray(out, at + head.valueSize() + c);
        o1b.intoArray(out, at + head.valueSize() + b);
    }

    /** Updates with token t; the first four query heads read. Where there are fewer, the last one does it repeatedly. */
    static void fourHeads(MemorySegment state, Head head, Tokens x, int t, int c, int b) {
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
            long row = (long) i * DENSE_ROW;
            FloatVector s1a = FloatVector.fromMemorySegment(F, state, row, LITTLE);
            FloatVector s1b = FloatVector.fromMemorySegment(F, state, row + VECTOR, LITTLE);
            FloatVector s2a = FloatVector.fromMemorySegment(F, state, row + 2 * VECTOR, LITTLE);
            FloatVector s2b = FloatVector.fromMemorySegment(F, state, row + 3 * VECTOR, LITTLE);
            FloatVector f = FloatVector.broadcast(F, k[kAt + i]);
            FloatVector kva = f.mul(va);
            FloatVector kvb = f.mul(vb);
            f = FloatVector.broadcast(F, d1[d1At + i]);
            s1a = s1a.fma(f, kva);
            s1b = s1b.fma(f, kvb);
            s1a.intoMemorySegment(state, row, LITTLE);
            s1b.intoMemorySegment(state, row + VECTOR, LITTLE);
            f = FloatVector.broadcast(F, d2[d2At + i]);
            s2a = s2a.fma(f, kva);
            s2b = s2b.fma(f, kvb);
            s2a.intoMemorySegment(state, row + 2 * VECTOR, LITTLE);
            s2b.intoMemorySegment(state, row + 3 * VECTOR, LITTLE);
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

    /** Updates with the tokens t to t + 3; no query head reads. */
    static void updateFourTokens(MemorySegment state, Head head, Tokens x, int t, int c, int b) {
        int keySize = head.keySize();
        float[] k = x.k().data();
        float[] d1 = x.historyDecay().data();
        float[] d2 = x.recencyDecay().data();
        int kXAt = x.k().at(t);
        int d1XAt = x.historyDecay().at(t);
        int d2XAt = x.recencyDecay().at(t);
        float[] v = x.v().data();
        FloatVector vXa = FloatVector.fromArray(F, v, x.v().at(t) + c);
        FloatVector vXb = FloatVector.fromArray(F, v, x.v().at(t) + b);
        int kYAt = x.k().at(t + 1);
        int d1YAt = x.historyDecay().at(t + 1);
        int d2YAt = x.recencyDecay().at(t + 1);
        FloatVector vYa = FloatVector.fromArray(F, v, x.v().at(t + 1) + c);
        FloatVector vYb = FloatVector.fromArray(F, v, x.v().at(t + 1) + b);
        int kZAt = x.k().at(t + 2);
        int d1ZAt = x.historyDecay().at(t + 2);
        int d2ZAt = x.recencyDecay().at(t + 2);
        FloatVector vZa = FloatVector.fromArray(F, v, x.v().at(t + 2) + c);
        FloatVector vZb = FloatVector.fromArray(F, v, x.v().at(t + 2) + b);
        int kWAt = x.k().at(t + 3);
        int d1WAt = x.historyDecay().at(t + 3);
        int d2WAt = x.recencyDecay().at(t + 3);
        FloatVector vWa = FloatVector.fromArray(F, v, x.v().at(t + 3) + c);
        FloatVector vWb = FloatVector.fromArray(F, v, x.v().at(t + 3) + b);
        for (int i = 0; i < keySize; i++) {
            long row = (long) i * DENSE_ROW;
            FloatVector s1a = FloatVector.fromMemorySegment(F, state, row, LITTLE);
            FloatVector s1b = FloatVector.fromMemorySegment(F, state, row + VECTOR, LITTLE);
            FloatVector s2a = FloatVector.fromMemorySegment(F, state, row + 2 * VECTOR, LITTLE);
            FloatVector s2b = FloatVector.fromMemorySegment(F, state, row + 3 * VECTOR, LITTLE);
            FloatVector f = FloatVector.broadcast(F, k[kXAt + i]);
            FloatVector kva = f.mul(vXa);
            FloatVector kvb = f.mul(vXb);
            f = FloatVector.broadcast(F, d1[d1XAt + i]);
            s1a = s1a.fma(f, kva);
            s1b = s1b.fma(f, kvb);
            f = FloatVector.broadcast(F, d2[d2XAt + i]);
            s2a = s2a.fma(f, kva);
            s2b = s2b.fma(f, kvb);
            f = FloatVector.broadcast(F, k[kYAt + i]);
            kva = f.mul(vYa);
            kvb = f.mul(vYb);
            f = FloatVector.broadcast(F, d1[d1YAt + i]);
            s1a = s1a.fma(f, kva);
            s1b = s1b.fma(f, kvb);
            f = FloatVector.broadcast(F, d2[d2YAt + i]);
            s2a = s2a.fma(f, kva);
            s2b = s2b.fma(f, kvb);
            f = FloatVector.broadcast(F, k[kZAt + i]);
            kva = f.mul(vZa);
            kvb = f.mul(vZb);
            f = FloatVector.broadcast(F, d1[d1ZAt + i]);
            s1a = s1a.fma(f, kva);
            s1b = s1b.fma(f, kvb);
            f = FloatVector.broadcast(F, d2[d2ZAt + i]);
            s2a = s2a.fma(f, kva);
            s2b = s2b.fma(f, kvb);
            f = FloatVector.broadcast(F, k[kWAt + i]);
            kva = f.mul(vWa);
            kvb = f.mul(vWb);
            f = FloatVector.broadcast(F, d1[d1WAt + i]);
            s1a = s1a.fma(f, kva);
            s1b = s1b.fma(f, kvb);
            s1a.intoMemorySegment(state, row, LITTLE);
            s1b.intoMemorySegment(state, row + VECTOR, LITTLE);
            f = FloatVector.broadcast(F, d2[d2WAt + i]);
            s2a = s2a.fma(f, kva);
            s2b = s2b.fma(f, kvb);
            s2a.intoMemorySegment(state, row + 2 * VECTOR, LITTLE);
            s2b.intoMemorySegment(state, row + 3 * VECTOR, LITTLE);
        }
    }
}
