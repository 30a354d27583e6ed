package io.github.jlamadsla.kernel;

import java.util.Arrays;

import jdk.incubator.vector.FloatVector;

import static io.github.jlamadsla.kernel.VectorMath.F;
import static io.github.jlamadsla.kernel.VectorMath.LANES;

/**
 * {@link TiledSoftmax} on the Vector API: a block of rows (tokens times query heads) against one tile of 64 keys after
 * the other. In a tile that some row sees only in part, values are added per row over the keys it sees, so that what
 * lies in the other slots, NaN included, cannot reach it.
 */
final class VectorTiledSoftmax implements TiledSoftmax {

    private static final int KEYS = KvLayout.POSITIONS;

    /** Rows that share one reading of a tile: widening it is then a twentieth of the work, and all fits the L2. */
    private static final int ROWS = 64;

    private static final class Buffers implements Scratch {
        private final KvTile tile = new KvTile();
        private final OnlineSoftmax softmax = new OnlineSoftmax();
        private float[] queries = new float[0]; // [rows][headSize], scaled
        private float[] sums = new float[0]; // [rows][headSize]
        private float[] scores = new float[0]; // [rows][64], then weights
        private float[] factors = new float[0]; // [rows]
        private int[] from = new int[0]; // [rows], first visible slot of the tile
        private int[] to = new int[0];
        private int headSize;
        // Of the arrays above: made with them, since a pair per tile would be most of what a decode step allocates.
        private AttentionTiles.Product scoring;
        private AttentionTiles.Product[] adding; // [ceil(headSize / 64)], a panel of columns each

        void reset(int rows, int size) {
            if (headSize != size || factors.length < rows) {
                make(Math.max(rows, factors.length), size);
            }
            Arrays.fill(sums, 0, rows * headSize, 0);
            softmax.reset(rows);
        }

        private void make(int rows, int size) {
            headSize = size;
            queries = new float[rows * size];
            sums = new float[rows * size];
            scores = new float[rows * KEYS];
            factors = new float[rows];
            from = new int[rows];
            to = new int[rows];
            tile.reserve(size);
            scoring = new AttentionTiles.Product(queries, size, tile.keys(), 0, scores, 0, KEYS, null);
            adding = new AttentionTiles.Product[(size + AttentionTiles.STRIDE - 1) / AttentionTiles.STRIDE];
            for (int i = 0; i < adding.length; i++) {
                int c = i * AttentionTiles.STRIDE;
                adding[i] = new AttentionTiles.Product(scores, KEYS, tile.values(), KvTile.valueAt(c), sums, c, size,
                        factors);
            }
        }
    }

    @Override
    public Scratch newScratch() {
        return new Buffers();
    }

    @Override
    public void attend(Rows q, int tokens, int group, float scale, int firstPosition, Visible visible, KvPages pages,
            int kvHead, Rows out, Scratch scratch) {
        HeadSizes.checkSize("headSize", pages.layout().headSize());
        int tokensPerBlock = Math.max(1, ROWS / group);
        for (int t = 0; t < tokens; t += tokensPerBlock) {
            int count = Math.min(tokensPerBlock, tokens - t);
            attendBlock(q.from(t), count, group, scale, firstPosition + t, visible, pages, kvHead, out.from(t),
                    (Buffers) scratch);
        }
    }

    private static void attendBlock(Rows q, int tokens, int group, float scale, int firstPosition, Visible visible,
            KvPages pages, int kvHead, Rows out, Buffers b) {
        int headSize = pages.layout().headSize();
        int rows = tokens * group;
        b.reset(rows, headSize);
        scaleQueries(q, tokens, group, headSize, scale, b.queries);
        int lastPosition = firstPosition + tokens - 1;
        if (visible.olderSinks(lastPosition) > 0) {
            for (int r = 0; r < rows; r++) {
                b.from[r] = 0;
                b.to[r] = visible.olderSinks(firstPosition + r / group);
            }
            visit(pages, 0, kvHead, rows, headSize, b);
        }
        for (int tile = visible.firstKey(firstPosition) / KEYS; tile <= lastPosition / KEYS; tile++) {
            for (int r = 0; r < rows; r++) {
                int position = firstPosition + r / group;
                b.from[r] = Math.max(0, visible.firstKey(position) - tile * KEYS);
                b.to[r] = Math.min(KEYS, position + 1 - tile * KEYS);
            }
            visit(pages, tile, kvHead, rows, headSize, b);
        }
        finish(b, tokens, group, headSize, out);
    }

    /** Adds the keys {@code [from, to)} of a tile to each row; a row that sees none keeps its bits. */
    private static void visit(KvPages pages, int tile, int kvHead, int rows, int headSize, Buffers b) {
        b.tile.load(pages.page(tile), pages.layout(), kvHead);
        AttentionTiles.multiply(b.scoring, 0, rows, KEYS, 0, headSize);
        for (int r = 0; r < rows; r++) {
            b.factors[r] = b.from[r] < b.to[r] ? b.softmax.weigh(r, b.scores, r * KEYS, b.from[r], b.to[r]) : 1;
        }
        addValues(b, rows, headSize);
    }

    private static void scaleQueries(Rows q, int tokens, int group, int headSize, float scale, float[] to) {
        int row = group * headSize;
        for (int t = 0; t < tokens; t++) {
            for (int i = 0; i < row; i += LANES) {
                FloatVector.fromArray(F, q.data(), q.at(t) + i).mul(scale).intoArray(to, t * row + i);
            }
        }
    }

    private static void addValues(Buffers b, int rows, int headSize) {
        boolean allSeeAll = true;
        for (int r = 0; r < rows; r++) {
            allSeeAll &= b.from[r] == 0 && b.to[r] == KEYS;
        }
        for (int c = 0; c < headSize; c += AttentionTiles.STRIDE) {
            int columns = Math.min(AttentionTiles.STRIDE, headSize - c);
            AttentionTiles.Product p = b.adding[c / AttentionTiles.STRIDE];
            if (allSeeAll) {
                AttentionTiles.multiply(p, 0, rows, columns, 0, KEYS);
            } else {
                eachItsKeys(p, b, rows, columns);
            }
        }
    }

    private static void eachItsKeys(AttentionTiles.Product p, Buffers b, int rows, int columns) {
        for (int r = 0; r < rows; r++) {
            if (b.from[r] < b.to[r]) {
                AttentionTiles.multiply(p, r, r + 1, columns, b.from[r], b.to[r]);
            }
        }
    }

    private static void finish(Buffers b, int tokens, int group, int headSize, Rows out) {
        for (int r = 0; r < tokens * group; r++) {
            float inverse = b.softmax.inverseSum(r);
            int to = out.at(r / group) + r % group * headSize;
            for (int i = 0; i < headSize; i += LANES) {
                FloatVector.fromArray(F, b.sums, r * headSize + i).mul(inverse).intoArray(out.data(), to + i);
            }
        }
    }
}
