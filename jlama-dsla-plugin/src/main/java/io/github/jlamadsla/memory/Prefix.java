package io.github.jlamadsla.memory;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import io.github.jlamadsla.kernel.KvLayout;

/** A beginning of a sequence that a {@link PrefixCache} has: good until the cache is used for anything else. */
public final class Prefix {
    private final int position;
    private final LevelHistory history;
    private final List<PrefixNode.Block> blocks;
    private final PrefixNode.Snapshot snapshot;

    /**
     * @param blocks complete blocks up to the position, none if no layer has pages
     * @param snapshot what else layers remember, or null if all have pages and the position is a block's end
     */
    Prefix(int position, LevelHistory history, List<PrefixNode.Block> blocks, PrefixNode.Snapshot snapshot) {
        this.position = position;
        this.history = history;
        this.blocks = blocks;
        this.snapshot = snapshot;
    }

    /** Tokens, 1 or more. */
    public int position() {
        return position;
    }

    /** Levels that these tokens were read at. */
    public LevelHistory history() {
        return history;
    }

    List<PrefixNode.Block> blocks() {
        return blocks;
    }

    PrefixNode.Snapshot snapshot() {
        return snapshot;
    }

    private int layers() {
        return snapshot == null ? blocks.getFirst().layers() : snapshot.layers();
    }

    /** A memory that begins with it: pages are shared, all else is copied. */
    SequenceMemory open(MemoryBudget budget) {
        LayerMemory[] layers = new LayerMemory[layers()];
        try {
            // All pages first: copies may need memory, and then what nobody holds gives way.
            for (int i = 0; i < layers.length; i++) {
                if (snapshot == null || snapshot.copy(i) instanceof PagedKeyValues) {
                    layers[i] = pages(i, budget);
                }
            }
            for (int i = 0; snapshot != null && i < layers.length; i++) {
                if (layers[i] instanceof PagedKeyValues pages) {
                    pages.addCopies((PagedKeyValues) snapshot.copy(i));
                } else {
                    layers[i] = ((CopyableMemory) snapshot.copy(i)).copy(budget);
                }
            }
            return new SequenceMemory(Arrays.asList(layers), history.level(), position);
        } catch (RuntimeException | Error e) {
            Arrays.stream(layers).filter(Objects::nonNull).forEach(LayerMemory::close);
            throw e;
        }
    }

    private PagedKeyValues pages(int layer, MemoryBudget budget) {
        KvLayout layout = snapshot == null
                ? blocks.getFirst().page(layer).layout()
                : ((PagedKeyValues) snapshot.copy(layer)).layout();
        return new PagedKeyValues(layout, budget, blocks.stream().map(block -> block.page(layer)).toList());
    }
}
