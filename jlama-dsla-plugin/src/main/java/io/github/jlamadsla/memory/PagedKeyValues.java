package io.github.jlamadsla.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

import io.github.jlamadsla.kernel.KvLayout;
import io.github.jlamadsla.kernel.KvPages;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.Rows;

/**
 * Keys and values of one layer in pages of 64 positions ({@link KvLayout}). What is written is rounded to the storage
 * precision, so that a reader sees the same whether a key is new or old.
 */
public final class PagedKeyValues implements LayerMemory, KvPages {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);

    private final KvLayout layout;
    private final MemoryBudget budget;
    private final List<NativeBlock> pages = new ArrayList<>();

    public PagedKeyValues(KvLayout layout, MemoryBudget budget) {
        this.layout = layout;
        this.budget = budget;
    }

    /** Bytes of the pages that hold {@code tokens} positions. */
    public static long bytes(KvLayout layout, int tokens) {
        return pages(tokens) * layout.pageBytes();
    }

    private static long pages(int tokens) {
        return (tokens + KvLayout.POSITIONS - 1L) / KvLayout.POSITIONS;
    }

    @Override
    public void reserve(int tokens) {
        while (pages.size() < pages(tokens)) {
            pages.add(new NativeBlock(budget, layout.pageBytes(), "a page of keys and values"));
        }
    }

    @Override
    public KvLayout layout() {
        return layout;
    }

    @Override
    public MemorySegment page(int index) {
        return pages.get(index).segment();
    }

    @Override
    public long bytes() {
        return pages.size() * layout.pageBytes();
    }

    /**
     * Writes one head's keys and values of consecutive positions; room must have been reserved.
     *
     * @param k {@code [tokens][headSize]} as attention reads it, that is rotated
     * @param v {@code [tokens][headSize]}
     */
    public void write(int kvHead, int firstPosition, int tokens, Rows k, Rows v) {
        int headSize = layout.headSize();
        for (int t = 0; t < tokens; t++) {
            int position = firstPosition + t;
            int slot = position % KvLayout.POSITIONS;
            MemorySegment page = page(position / KvLayout.POSITIONS);
            store(page, layout.keyOffset(kvHead), slot, KvLayout.POSITIONS, k, t, headSize);
            store(page, layout.valueOffset(kvHead), slot * headSize, 1, v, t, headSize);
        }
    }

    /**
     * Reads one head's keys and values of consecutive positions back as they were stored.
     *
     * @param k {@code [tokens][headSize]}, overwritten; likewise {@code v}
     */
    public void read(int kvHead, int firstPosition, int tokens, Rows k, Rows v) {
        int headSize = layout.headSize();
        for (int t = 0; t < tokens; t++) {
            int position = firstPosition + t;
            int slot = position % KvLayout.POSITIONS;
            MemorySegment page = page(position / KvLayout.POSITIONS);
            load(page, layout.keyOffset(kvHead), slot, KvLayout.POSITIONS, k, t, headSize);
            load(page, layout.valueOffset(kvHead), slot * headSize, 1, v, t, headSize);
        }
    }

    private void store(MemorySegment page, long offset, int first, int step, Rows from, int row, int count) {
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

    private void load(MemorySegment page, long offset, int first, int step, Rows to, int row, int count) {
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

    @Override
    public void close() {
        pages.forEach(NativeBlock::close);
        pages.clear();
    }
}
