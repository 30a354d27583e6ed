package io.github.jlamadsla.kernel;

/**
 * Exact causal softmax attention of one KV head over tiles of 64 keys (online softmax, F32 accumulation). A tile is a
 * page, so its border is an absolute position. A row that sees no key of a tile keeps its bits, also when that is its
 * first tile. Sinks that are older than a row's window come first, as a visit of their own to the first tile: what a
 * row sees of a tile in one visit is then always a run of keys, and the order of keys is that of their positions.
 */
public interface TiledSoftmax {

    /** Scratch of one thread; reused between calls of any shape, grown when needed. */
    interface Scratch {}

    Scratch newScratch();

    /**
     * Attends with the query heads of one group. Token t has the absolute position {@code firstPosition + t}; its
     * query head j ({@code 0 <= j < group}) lies at {@code q.at(t) + j * headSize} and its output at
     * {@code out.at(t) + j * headSize}. It sees the keys that {@code visible} says, all of them already in the pages.
     *
     * @param q {@code [tokens][group][headSize]}, not scaled
     * @param tokens 1 or more; the kernel blocks them itself
     * @param scale factor of the scores
     * @param out {@code [tokens][group][headSize]}, overwritten
     */
    void attend(Rows q, int tokens, int group, float scale, int firstPosition, Visible visible, KvPages pages,
            int kvHead,
            Rows out, Scratch scratch);
}
