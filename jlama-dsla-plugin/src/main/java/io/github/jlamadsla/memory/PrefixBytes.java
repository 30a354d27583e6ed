package io.github.jlamadsla.memory;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that only a prefix cache holds: what would be free without it. Readable from any thread. */
final class PrefixBytes {
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong pages = new AtomicLong();

    /** @param morePages of them, those of pages of keys and values */
    void add(long more, long morePages) {
        bytes.addAndGet(more);
        pages.addAndGet(morePages);
    }

    long get() {
        return bytes.get();
    }

    /** Of them, those of pages of keys and values. */
    long pages() {
        return pages.get();
    }
}
