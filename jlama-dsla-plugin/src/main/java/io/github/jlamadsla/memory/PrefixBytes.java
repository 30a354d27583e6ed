package io.github.jlamadsla.memory;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that only a prefix cache holds: what would be free without it. Readable from any thread. */
final class PrefixBytes {
    private final AtomicLong bytes = new AtomicLong();

    void add(long more) {
        bytes.addAndGet(more);
    }

    long get() {
        return bytes.get();
    }
}
