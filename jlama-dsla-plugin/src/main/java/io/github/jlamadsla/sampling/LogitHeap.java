package io.github.jlamadsla.sampling;

/**
 * The likeliest logits of a row, one after the other: a binary heap over keys that hold logit and index, so that the
 * nucleus of a large vocabulary is found without sorting all of it. Equal logits come lower index first.
 */
final class LogitHeap {
    private long[] keys = new long[0]; // [count]: heap, then what was popped, the last popped first
    private int size;
    private int count;

    /** Takes a row without NaN; what was popped before is forgotten. */
    void fill(float[] logits, int offset, int count) {
        if (keys.length < count) {
            keys = new long[count];
        }
        for (int i = 0; i < count; i++) {
            keys[i] = key(logits[offset + i], i);
        }
        this.size = count;
        this.count = count;
        for (int i = count / 2 - 1; i >= 0; i--) {
            sink(i);
        }
    }

    /** Takes the likeliest that is left out and returns its logit. */
    float pop() {
        long top = keys[0];
        size--;
        keys[0] = keys[size];
        keys[size] = top;
        sink(0);
        return logit(top);
    }

    /** Index in the row of the n-th popped, from 0. */
    int popped(int n) {
        return ~(int) keys[count - 1 - n];
    }

    private void sink(int start) {
        int parent = start;
        long key = keys[start];
        while (2 * parent + 1 < size) {
            int child = 2 * parent + 1;
            if (child + 1 < size && keys[child + 1] > keys[child]) {
                child++;
            }
            if (keys[child] <= key) {
                break;
            }
            keys[parent] = keys[child];
            parent = child;
        }
        keys[parent] = key;
    }

    /** Larger for a larger logit, then for a lower index. */
    private static long key(float logit, int index) {
        int bits = Float.floatToRawIntBits(logit + 0f); // -0 and 0 are equal
        int ordered = bits ^ (bits >> 31 & 0x7fffffff);
        return (long) ordered << 32 | ~index & 0xffffffffL;
    }

    private static float logit(long key) {
        int ordered = (int) (key >> 32);
        return Float.intBitsToFloat(ordered ^ (ordered >> 31 & 0x7fffffff));
    }
}
