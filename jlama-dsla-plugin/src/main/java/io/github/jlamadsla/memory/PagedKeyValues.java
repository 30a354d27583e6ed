package io.github.jlamadsla.memory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

import io.github.jlamadsla.kernel.KvLayout;
import io.github.jlamadsla.kernel.KvPages;

/**
 * Keys and values of one layer in pages of 64 positions ({@link KvLayout}); {@link KvRows} writes and reads them.
 */
public final class PagedKeyValues implements LayerMemory, KvPages {
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

    @Override
    public void close() {
        pages.forEach(NativeBlock::close);
        pages.clear();
    }
}
