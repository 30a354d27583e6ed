package io.github.jlamadsla.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

import io.github.jlamadsla.kernel.KvLayout;
import io.github.jlamadsla.kernel.KvPages;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.Rows;

/**
 * Moves rows of keys and values into pages and back. What is written is rounded to the storage precision, so that a
 * reader sees the same whether a key is new or old.
 */
public final class KvRows {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);

    private KvRows() {}

    /**
     * Writes one head's keys and values of consecutive positions.
     *
     * @param pages have room for the positions
     * @param k {@code [tokens][headSize]} as attention reads it, that is rotated
     * @param v {@code [tokens][headSize]}
     */
    public static void write(KvPages pages, int kvHead, int firstPosition, int tokens, Rows k, Rows v) {
        KvLayout layout = pages.layout();
        int headSize = layout.headSize();
        for (int t = 0; t < tokens; t++) {
            int position = firstPosition + t;
            int slot = position % KvLayout.POSITIONS;
            MemorySegment page = pages.page(position / KvLayout.POSITIONS);
            store(layout, page, layout.keyOffset(kvHead), slot, KvLayout.POSITIONS, k, t, headSize);
            store(layout, page, layout.valueOffset(kvHead), slot * headSize, 1, v, t, headSize);
        }
    }

    /**
     * Reads one head's keys and values of consecutive positions back as they were stored.
     *
     * @param k {@code [tokens][headSize]}, overwritten; likewise {@code v}
     */
    public static void read(KvPages pages, int kvHead, int firstPosition, int tokens, Rows k, Rows v) {
        KvLayout layout = pages.layout();
        int headSize = layout.headSize();
        for (int t = 0; t < tokens; t++) {
            int position = firstPosition + t;
            int slot = position % KvLayout.POSITIONS;
            MemorySegment page = pages.page(position / KvLayout.POSITIONS);
            load(layout, page, layout.keyOffset(kvHead), slot, KvLayout.POSITIONS, k, t, headSize);
            load(layout, page, layout.valueOffset(kvHead), slot * headSize, 1, v, t, headSize);
        }
    }

    private static void store(KvLayout layout, MemorySegment page, long offset, int first, int step, Rows from, int row,
            int count) {
        float[] data = from.data();
        int at = from.at(row);
        if (layout.precision() == KvPrecision.F16) {
            for (int i = 0; i < count; i++) {
                page.set(SHORT, offset + 2L * (first + i * step), Float.floatToFloat16(data[at + i]));
            }
        } else {
            for (int i = 0; i < count; i++) {
                page.set(FLOAT, offset + 4L * (first + i * step), data[at + i]);
            }
        }
    }

    private static void load(KvLayout layout, MemorySegment page, long offset, int first, int step, Rows to, int row,
            int count) {
        float[] data = to.data();
        int at = to.at(row);
        if (layout.precision() == KvPrecision.F16) {
            for (int i = 0; i < count; i++) {
                data[at + i] = Float.float16ToFloat(page.get(SHORT, offset + 2L * (first + i * step)));
            }
        } else {
            for (int i = 0; i < count; i++) {
                data[at + i] = page.get(FLOAT, offset + 4L * (first + i * step));
            }
        }
    }
}
