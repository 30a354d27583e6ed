package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;

/**
 * {@link TiledSoftmax} in its textbook form, two passes over all keys of a row in double precision and no tiles: the
 * reference of the vector form.
 */
final class ScalarTiledSoftmax implements TiledSoftmax {

    private record NoScratch() implements Scratch {}

    @Override
    public Scratch newScratch() {
        return new NoScratch();
    }

    @Override
    public void attend(Rows q, int tokens, int group, float scale, int firstPosition, Visible visible, KvPages pages,
            int kvHead, Rows out, Scratch scratch) {
        int headSize = pages.layout().headSize();
        HeadSizes.checkSize("headSize", headSize);
        for (int t = 0; t < tokens; t++) {
            int position = firstPosition + t;
            int[] keys = keys(visible, position);
            for (int j = 0; j < group; j++) {
                double[] weights = weights(q, q.at(t) + j * headSize, scale, keys, pages, kvHead);
                int to = out.at(t) + j * headSize;
                for (int c = 0; c < headSize; c++) {
                    double sum = 0;
                    for (int i = 0; i < keys.length; i++) {
                        sum += weights[i] * value(pages, kvHead, keys[i], c);
                    }
                    out.data()[to + c] = (float) sum;
                }
            }
        }
    }

    /** Positions of the keys that a row sees, ascending. */
    private static int[] keys(Visible visible, int position) {
        return IntStream.concat(IntStream.range(0, visible.olderSinks(position)),
                IntStream.rangeClosed(visible.firstKey(position), position)).toArray();
    }

    private static double[] weights(Rows q, int from, float scale, int[] keys, KvPages pages, int kvHead) {
        double[] weights = new double[keys.length];
        double max = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < keys.length; k++) {
            double score = 0;
            for (int i = 0; i < pages.layout().headSize(); i++) {
                score += (double) q.data()[from + i] * key(pages, kvHead, keys[k], i);
            }
            weights[k] = scale * score;
            max = Math.max(max, scale * score);
        }
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.exp(weights[i] - max);
            sum += weights[i];
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= sum;
        }
        return weights;
    }

    private static float key(KvPages pages, int kvHead, int position, int i) {
        KvLayout layout = pages.layout();
        int slot = position % KvLayout.POSITIONS;
        return element(pages, position, layout.keyOffset(kvHead), i * KvLayout.POSITIONS + slot);
    }

    private static float value(KvPages pages, int kvHead, int position, int i) {
        KvLayout layout = pages.layout();
        int slot = position % KvLayout.POSITIONS;
        return element(pages, position, layout.valueOffset(kvHead), slot * layout.headSize() + i);
    }

    private static float element(KvPages pages, int position, long offset, int index) {
        MemorySegment page = pages.page(position / KvLayout.POSITIONS);
        KvPrecision precision = pages.layout().precision();
        long at = offset + (long) index * precision.bytes();
        return switch (precision) {
            case F16 -> Float.float16ToFloat(page.get(ValueLayout.JAVA_SHORT, at));
            case F32 -> page.get(ValueLayout.JAVA_FLOAT, at);
        };
    }
}
