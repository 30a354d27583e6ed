package io.github.jlamadsla.memory;

/** Bytes that only a prefix cache holds: what would be free without it. */
final class PrefixBytes {
    private long bytes;

    void add(long more) {
        bytes += more;
    }

    long get() {
        return bytes;
    }
}
