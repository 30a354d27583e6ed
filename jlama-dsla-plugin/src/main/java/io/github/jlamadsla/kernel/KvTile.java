package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Keys and values of one head and page as F32 in panels of 64 columns: keys {@code [headSize][64]}, values
 * {@code [ceil(headSize / 64)][64][64]}, the last panel filled as far as the head goes.
 */
final class KvTile {

    private static final int WIDTH = AttentionTiles.STRIDE;

    private float[] keys = new float[0];
    private float[] values = new float[0];

    /** Reads a page; the tile is valid until the next one is read. */
    void load(MemorySegment page, KvLayout layout, int kvHead) {
        int headSize = layout.headSize();
        int count = headSize * KvLayout.POSITIONS;
        reserve(headSize);
        read(page, layout.keyOffset(kvHead), layout.precision(), keys, 0, count);
        long at = layout.valueOffset(kvHead);
        if (headSize == WIDTH) {
            read(page, at, layout.precision(), values, 0, count);
            return;
        }
        for (int slot = 0; slot < KvLayout.POSITIONS; slot++) {
            for (int c = 0; c < headSize; c += WIDTH) {
                long from = at + (long) layout.precision().bytes() * (slot * headSize + c);
                read(page, from, layout.precision(), values, valueAt(c) + slot * WIDTH, Math.min(WIDTH, headSize - c));
            }
        }
    }

    /** Room for a head size: until a larger one comes, the arrays stay the same. */
    void reserve(int headSize) {
        if (keys.length < headSize * WIDTH) {
            keys = new float[headSize * WIDTH];
            values = new float[valueAt(headSize + WIDTH - 1)];
        }
    }

    private static void read(MemorySegment page, long from, KvPrecision precision, float[] to, int at, int count) {
        switch (precision) {
            case F16 -> widen(page, from, to, at, count);
            case F32 -> MemorySegment.copy(page, ValueLayout.JAVA_FLOAT, from, to, at, count);
        }
    }

    /** As plain as this it becomes the hardware's conversion. */
    private static void widen(MemorySegment page, long from, float[] to, int at, int count) {
        for (int i = 0; i < count; i++) {
            to[at + i] = Float.float16ToFloat(page.get(ValueLayout.JAVA_SHORT, from + 2L * i));
        }
    }

    float[] keys() {
        return keys;
    }

    float[] values() {
        return values;
    }

    /** Where the panel that holds value element {@code column} begins. */
    static int valueAt(int column) {
        return column / WIDTH * (KvLayout.POSITIONS * WIDTH);
    }
}
