package io.github.jlamadsla.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Pages of one sequence, all slots NaN until written. */
final class PagesInArena implements KvPages {

    private final KvLayout layout;
    private final List<MemorySegment> pages = new ArrayList<>();

    PagesInArena(KvLayout layout, int positions, Arena arena) {
        this.layout = layout;
        for (int p = 0; p < positions; p += KvLayout.POSITIONS) {
            MemorySegment page = arena.allocate(layout.pageBytes(), 64);
            for (long at = 0; at < page.byteSize(); at += layout.precision().bytes()) {
                set(page, at, Float.NaN);
            }
            pages.add(page);
        }
    }

    private void set(MemorySegment page, long at, float value) {
        switch (layout.precision()) {
            case F16 -> page.set(ValueLayout.JAVA_SHORT, at, Float.floatToFloat16(value));
            case F32 -> page.set(ValueLayout.JAVA_FLOAT, at, value);
        }
    }

    /** Writes one position of one head from arrays of headSize values each. */
    void write(int position, int kvHead, float[] k, float[] v, int from) {
        int slot = position % KvLayout.POSITIONS;
        int bytes = layout.precision().bytes();
        for (int i = 0; i < layout.headSize(); i++) {
            set(page(position / KvLayout.POSITIONS),
                    layout.keyOffset(kvHead) + (long) bytes * (i * KvLayout.POSITIONS + slot), k[from + i]);
            set(page(position / KvLayout.POSITIONS),
                    layout.valueOffset(kvHead) + (long) bytes * (slot * layout.headSize() + i), v[from + i]);
        }
    }

    @Override
    public KvLayout layout() {
        return layout;
    }

    @Override
    public MemorySegment page(int index) {
        return pages.get(index);
    }
}
