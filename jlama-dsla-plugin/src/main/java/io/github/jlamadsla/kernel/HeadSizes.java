package io.github.jlamadsla.kernel;

/** What the sequence kernels take: vectors of any width up to 512 bits must fit a head. */
final class HeadSizes {

    /** Query heads that may share a state. */
    static final int MAX_QUERY_HEADS = 16;

    private HeadSizes() {}

    /** @throws IllegalArgumentException if a recurrence cannot have this shape */
    static void check(Recurrence.Head head) {
        checkSize("keySize", head.keySize());
        checkSize("valueSize", head.valueSize());
        if (head.queryHeads() < 0 || head.queryHeads() > MAX_QUERY_HEADS) {
            throw new IllegalArgumentException(
                    "queryHeads is " + head.queryHeads() + "; 0 to " + MAX_QUERY_HEADS + " are possible");
        }
    }

    /** @throws IllegalArgumentException if a head cannot have this size */
    static void checkSize(String name, int size) {
        if (size < 16 || size % 16 != 0) {
            throw new IllegalArgumentException(name + " is " + size + "; it must be a multiple of 16");
        }
    }
}
