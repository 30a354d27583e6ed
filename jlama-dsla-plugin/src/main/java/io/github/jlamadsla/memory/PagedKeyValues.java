package io.github.jlamadsla.memory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

import io.github.jlamadsla.kernel.KvLayout;
import io.github.jlamadsla.kernel.KvPages;

/**
 * Keys and values of one layer in pages of 64 positions ({@link KvLayout}); {@link KvRows} writes and reads them. Its
 * first pages may be shared with other sequences and the prefix cache: those are complete and only read.
 */
public final class PagedKeyValues implements LayerMemory, KvPages {
    private final KvLayout layout;
    private final MemoryBudget budget;
    private final List<SharedPage> pages = new ArrayList<>();

    public PagedKeyValues(KvLayout layout, MemoryBudget budget) {
        this.layout = layout;
        this.budget = budget;
    }

    /** @param shared complete pages that it begins with, held by it as well from here on */
    PagedKeyValues(KvLayout layout, MemoryBudget budget, List<SharedPage> shared) {
        this(layout, budget);
        shared.forEach(page -> {
            page.use();
            pages.add(page);
        });
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
            pages.add(new SharedPage(layout, budget));
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

    /** A complete page, for others to hold too. */
    SharedPage sharedPage(int index) {
        return pages.get(index);
    }

    /** Holds a page that is the same bit by bit in place of its own. */
    void replace(int index, SharedPage same) {
        if (pages.get(index) != same) {
            same.use();
            pages.set(index, same).release();
        }
    }

    /** The page that {@code tokens} positions fill in part, copied, as a memory of its own; none if none is. */
    PagedKeyValues copyOfPart(int tokens) {
        PagedKeyValues copy = new PagedKeyValues(layout, budget);
        if (tokens % KvLayout.POSITIONS != 0) {
            copy.addCopy(page(tokens / KvLayout.POSITIONS));
        }
        return copy;
    }

    /** Adds copies of the pages of another memory. */
    void addCopies(PagedKeyValues of) {
        of.pages.forEach(page -> addCopy(page.segment()));
    }

    private void addCopy(MemorySegment page) {
        pages.add(new SharedPage(layout, budget));
        pages.getLast().segment().copyFrom(page);
    }

    @Override
    public long bytes() {
        return pages.size() * layout.pageBytes();
    }

    /** The prefix cache is no other in this: what it alone holds gives way when memory is needed. */
    @Override
    public long ownBytes() {
        int own = 0;
        for (SharedPage page : pages) {
            own += page.sequences() == 1 ? 1 : 0;
        }
        return own * layout.pageBytes();
    }

    @Override
    public void close() {
        pages.forEach(SharedPage::release);
        pages.clear();
    }
}
