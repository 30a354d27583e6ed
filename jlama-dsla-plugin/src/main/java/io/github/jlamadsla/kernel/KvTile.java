package io.github.jlamadsla.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Keys and values of one head and page as F32: the page itself, or a converted copy. */
final class KvTile {

    private MemorySegment scratch = MemorySegment.NULL; // keys [headSize][64], values [64][headSize]
    private short[] halves = new short[0];
    private float[] floats = new float[0];

    private MemorySegment segment = MemorySegment.NULL;
    private long keyAt;
    private long valueAt;

    /** Reads a page; the tile is valid until the next one is read. */
    void load(MemorySegment page, KvLayout layout, int kvHead) {
        if (layout.precision() == KvPrecision.F32) {
            segment = page;
            keyAt = layout.keyOffset(kvHead);
            valueAt = layout.valueOffset(kvHead);
            return;
        }
        int count = layout.headSize() * KvLayout.POSITIONS;
        reserve(count);
        segment = scratch;
        keyAt = 0;
        valueAt = 4L * count;
        widen(page, layout.keyOffset(kvHead), count, keyAt);
        widen(page, layout.valueOffset(kvHead), count, valueAt);
    }

    private void reserve(int count) {
        if (floats.length < count) {
            halves = new short[count];
            floats = new float[count];
            // Freed when the scratch is unreachable: it has no end that anyone announces.
            scratch = Arena.ofAuto().allocate(2 * 4L * count, 64);
        }
    }

    private void widen(MemorySegment page, long from, int count, long to) {
        MemorySegment.copy(page, ValueLayout.JAVA_SHORT, from, halves, 0, count);
        widen(halves, floats, count);
        MemorySegment.copy(floats, 0, scratch, ValueLayout.JAVA_FLOAT, to, count);
    }

    /** As plain as this it becomes the hardware's conversion. */
    private static void widen(short[] from, float[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = Float.float16ToFloat(from[i]);
        }
    }

    MemorySegment segment() {
        return segment;
    }

    /** Byte offset of the keys {@code [headSize][64]}. */
    long keyAt() {
        return keyAt;
    }

    /** Byte offset of the values {@code [64][headSize]}. */
    long valueAt() {
        return valueAt;
    }
}
