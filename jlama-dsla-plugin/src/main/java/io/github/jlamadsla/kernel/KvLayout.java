package io.github.jlamadsla.kernel;

/**
 * How a page of one layer's keys and values lies in memory: 64 positions, first the keys
 * {@code [kvHeads][headSize][64]} (position innermost, so that scores are a product with a packed panel), then the
 * values {@code [kvHeads][64][headSize]}, all of one precision. Slots not yet written may hold anything, NaN included.
 *
 * @param kvHeads key/value heads
 * @param headSize elements of a key and of a value
 * @param precision element type
 */
public record KvLayout(int kvHeads, int headSize, KvPrecision precision) {

    /** Positions of a page, and keys of a tile. */
    public static final int POSITIONS = 64;

    /** Bytes of a page. */
    public long pageBytes() {
        return 2L * kvHeads * headSize * POSITIONS * precision.bytes();
    }

    /** Byte offset in a page of the keys {@code [headSize][64]} of a head. */
    public long keyOffset(int kvHead) {
        return (long) kvHead * headSize * POSITIONS * precision.bytes();
    }

    /** Byte offset in a page of the values {@code [64][headSize]} of a head. */
    public long valueOffset(int kvHead) {
        return (long) (kvHeads + kvHead) * headSize * POSITIONS * precision.bytes();
    }
}
