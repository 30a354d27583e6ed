package io.github.jlamadsla.memory;

import java.lang.foreign.MemorySegment;

import io.github.jlamadsla.kernel.KvLayout;
import io.github.jlamadsla.kernel.KvPages;
import io.github.jlamadsla.kernel.Visible;

/**
 * What a converted layer with an exact window remembers: two states, and the stored keys and values of the sinks and of
 * the newest {@code window} positions in one block. Its size does not depend on the context.
 *
 * <p>Position j has the slot j if it is a sink, else {@code sinks + (j - sinks) % window}. The block lies like a page of
 * {@code sinks + window} positions: keys {@code [kvHeads][headSize][slots]}, then values
 * {@code [kvHeads][slots][headSize]}.
 */
public final class WindowedState implements CopyableMemory {
    private final KvLayout layout;
    private final Visible visible;
    private final int slots;
    private final DualState states;
    private final NativeBlock kept;

    /**
     * @param layout heads, sizes and precision of the keys and values
     * @param visible window and sinks
     * @param stateHeads pairs of states
     * @throws MemoryBudgetException if it does not fit; then nothing is held
     */
    public WindowedState(KvLayout layout, Visible visible, int stateHeads, MemoryBudget budget) {
        this(layout, visible, new DualState(stateHeads, layout.headSize(), budget), budget);
    }

    /** @param states owned from here on, also when this fails */
    private WindowedState(KvLayout layout, Visible visible, DualState states, MemoryBudget budget) {
        this.layout = layout;
        this.visible = visible;
        this.slots = visible.sinks() + visible.window();
        this.states = states;
        try {
            this.kept = new NativeBlock(budget, keptBytes(layout, visible), "an exact window");
        } catch (Throwable e) {
            states.close();
            throw e;
        }
    }

    /** Bytes of the memory of a layer. */
    public static long bytes(KvLayout layout, Visible visible, int stateHeads) {
        return DualState.bytes(stateHeads, layout.headSize()) + keptBytes(layout, visible);
    }

    private static long keptBytes(KvLayout layout, Visible visible) {
        return layout.pageBytes() / KvLayout.POSITIONS * (visible.sinks() + visible.window());
    }

    /** The states of the keys that are neither sinks nor in the window. */
    public DualState states() {
        return states;
    }

    /** The block of kept keys and values. */
    public MemorySegment kept() {
        return kept.segment();
    }

    /**
     * Copies what is kept of one head into pages, bit by bit.
     *
     * @param position that of the next token: kept are the sinks and the {@code window} positions before it
     */
    public void load(int kvHead, int position, KvPages pages) {
        int windowFrom = Math.max(0, position - visible.window());
        copy(kvHead, 0, Math.min(visible.sinks(), windowFrom), pages, true);
        copy(kvHead, windowFrom, position, pages, true);
    }

    /**
     * Keeps what is to be kept of one head of the positions {@code [from, to)}, bit by bit: sinks, and the newest
     * {@code window}. A {@code to} is never before that of an earlier call.
     *
     * @param to position of the next token
     */
    public void store(int kvHead, int from, int to, KvPages pages) {
        int windowFrom = Math.max(from, to - visible.window());
        copy(kvHead, from, Math.min(visible.sinks(), windowFrom), pages, false);
        copy(kvHead, windowFrom, to, pages, false);
    }

    /** Copies positions run by run: one that crosses neither a page nor the end of the ring is a run in both. */
    private void copy(int kvHead, int from, int to, KvPages pages, boolean toPages) {
        int sinks = visible.sinks();
        for (int j = from; j < to;) {
            int slot = j < sinks ? j : sinks + (j - sinks) % visible.window();
            int inPage = j % KvLayout.POSITIONS;
            int end = j < sinks ? sinks : slots;
            int run = Math.min(to - j, Math.min(KvLayout.POSITIONS - inPage, end - slot));
            copyRun(kvHead, slot, pages.page(j / KvLayout.POSITIONS), inPage, run, toPages);
            j += run;
        }
    }

    private void copyRun(int kvHead, int slot, MemorySegment page, int inPage, int run, boolean toPage) {
        int headSize = layout.headSize();
        int bytes = layout.precision().bytes();
        long slotKeys = (long) kvHead * headSize * slots;
        for (int i = 0; i < headSize; i++) {
            move((slotKeys + (long) i * slots + slot) * bytes, page,
                    layout.keyOffset(kvHead) + ((long) i * KvLayout.POSITIONS + inPage) * bytes, (long) run * bytes,
                    toPage);
        }
        long slotValues = (long) (layout.kvHeads() + kvHead) * headSize * slots;
        move((slotValues + (long) slot * headSize) * bytes, page,
                layout.valueOffset(kvHead) + (long) inPage * headSize * bytes, (long) run * headSize * bytes, toPage);
    }

    private void move(long slotAt, MemorySegment page, long pageAt, long bytes, boolean toPage) {
        if (toPage) {
            MemorySegment.copy(kept.segment(), slotAt, page, pageAt, bytes);
        } else {
            MemorySegment.copy(page, pageAt, kept.segment(), slotAt, bytes);
        }
    }

    @Override
    public WindowedState copy(MemoryBudget budget) {
        WindowedState copy = new WindowedState(layout, visible, states.copy(budget), budget);
        copy.kept().copyFrom(kept());
        return copy;
    }

    @Override
    public long bytes() {
        return states.bytes() + kept.bytes();
    }

    @Override
    public void reserve(int tokens) {}

    @Override
    public void close() {
        states.close();
        kept.close();
    }
}
