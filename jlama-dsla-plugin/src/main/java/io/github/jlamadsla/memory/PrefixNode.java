package io.github.jlamadsla.memory;

import java.util.Arrays;
import java.util.Objects;

/** An entry of the prefix cache. */
abstract sealed class PrefixNode {
    private final PrefixKey key;
    private final int position;
    private long lastUsed;

    private PrefixNode(PrefixKey key, int position) {
        this.key = key;
        this.position = position;
    }

    PrefixKey key() {
        return key;
    }

    /** Tokens up to its end. */
    int position() {
        return position;
    }

    long lastUsed() {
        return lastUsed;
    }

    void used(long tick) {
        lastUsed = tick;
    }

    abstract long bytes();

    /** Bytes that letting it go would free now. */
    abstract long heldAlone();

    abstract void close();

    /** Pages of one block of 64 positions, of all layers that had pages. */
    static final class Block extends PrefixNode {
        private final SharedPage[] pages; // [layers], null where there is none

        Block(PrefixKey key, int position, SharedPage[] pages, PrefixBytes heldAlone) {
            super(key, position);
            this.pages = pages;
            for (SharedPage page : pages) {
                if (page != null) {
                    page.keep(heldAlone);
                }
            }
        }

        SharedPage page(int layer) {
            return pages[layer];
        }

        int layers() {
            return pages.length;
        }

        /** Puts these pages in the place of a sequence's own, which hold the same. */
        void replaceIn(SequenceMemory memory, int index) {
            for (int i = 0; i < pages.length; i++) {
                if (memory.layer(i) instanceof PagedKeyValues paged) {
                    paged.replace(index, pages[i]);
                }
            }
        }

        /** Whether every layer has its page, so that a sequence can go on from its end. */
        boolean complete() {
            return Arrays.stream(pages).allMatch(Objects::nonNull);
        }

        @Override
        long bytes() {
            return bytes(pages);
        }

        static long bytes(SharedPage[] pages) {
            return Arrays.stream(pages).filter(Objects::nonNull).mapToLong(SharedPage::bytes).sum();
        }

        @Override
        long heldAlone() {
            return Arrays.stream(pages).filter(page -> page != null && page.sequences() == 0)
                    .mapToLong(SharedPage::bytes).sum();
        }

        @Override
        void close() {
            for (SharedPage page : pages) {
                if (page != null) {
                    page.drop();
                }
            }
        }
    }

    /** What layers remember besides complete blocks: copies of the others' memories, and of pages filled in part. */
    static final class Snapshot extends PrefixNode {
        private final LayerMemory[] copies; // [layers], PagedKeyValues or CopyableMemory
        private final PrefixBytes heldAlone;
        private boolean inUse;

        Snapshot(PrefixKey key, int position, LayerMemory[] copies, PrefixBytes heldAlone) {
            super(key, position);
            this.copies = copies;
            this.heldAlone = heldAlone;
            heldAlone.add(bytes(), pageBytes());
        }

        LayerMemory copy(int layer) {
            return copies[layer];
        }

        int layers() {
            return copies.length;
        }

        /** Whether some layer has pages, so that the blocks before are needed as well. */
        boolean paged() {
            return Arrays.stream(copies).anyMatch(PagedKeyValues.class::isInstance);
        }

        /** @param value whether it is being copied, so that it must not give way */
        void inUse(boolean value) {
            inUse = value;
        }

        @Override
        long bytes() {
            return Arrays.stream(copies).mapToLong(LayerMemory::bytes).sum();
        }

        private long pageBytes() {
            return Arrays.stream(copies).filter(PagedKeyValues.class::isInstance).mapToLong(LayerMemory::bytes).sum();
        }

        @Override
        long heldAlone() {
            return inUse ? 0 : bytes();
        }

        @Override
        void close() {
            heldAlone.add(-bytes(), -pageBytes());
            for (LayerMemory copy : copies) {
                copy.close();
            }
        }
    }
}
