package io.github.jlamadsla.memory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

import io.github.jlamadsla.kernel.KvLayout;
import io.github.jlamadsla.kernel.KvPages;

/**
 * Scratch pages at absolute positions for the rows of a running step: the first page, where sinks lie, and a run of
 * pages around the step. One sequence after the other uses the same memory, off-heap like that of a cache, since
 * kernels that met both kinds would be compiled for both. Its size is that of the largest run asked for.
 */
public final class WindowPages implements KvPages, AutoCloseable {
    private final List<NativeBlock> blocks = new ArrayList<>();
    private KvLayout layout;
    /** Index of the page in the second block; the first one is page 0. */
    private int firstPage = 1;

    /**
     * Makes room for positions; what the pages hold is undefined.
     *
     * @param newLayout of these pages
     * @param from first position after those of page 0 that is needed
     * @param to end of the positions, exclusive
     */
    public void cover(KvLayout newLayout, int from, int to) {
        if (!newLayout.equals(layout)) {
            close();
            layout = newLayout;
        }
        firstPage = Math.max(1, from / KvLayout.POSITIONS);
        int lastPage = (to - 1) / KvLayout.POSITIONS;
        while (blocks.size() < lastPage - firstPage + 2) {
            blocks.add(new NativeBlock(MemoryBudget.unlimited(), layout.pageBytes(), "a scratch page"));
        }
    }

    @Override
    public KvLayout layout() {
        return layout;
    }

    @Override
    public MemorySegment page(int index) {
        return blocks.get(index == 0 ? 0 : index - firstPage + 1).segment();
    }

    /** Bytes held now. */
    public long bytes() {
        return blocks.stream().mapToLong(NativeBlock::bytes).sum();
    }

    /** Frees the memory. */
    @Override
    public void close() {
        blocks.forEach(NativeBlock::close);
        blocks.clear();
    }
}
