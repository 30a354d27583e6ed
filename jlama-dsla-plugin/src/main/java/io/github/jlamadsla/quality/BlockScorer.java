package io.github.jlamadsla.quality;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

import io.github.jlamadsla.kernel.LogitOps;
import io.github.jlamadsla.kernel.Rows;

/**
 * Scores blocks of a text teacher-forced: each is read from an empty memory, every token but the first is predicted
 * from those before it, and the prediction compared with the token and with that of level 0. All levels of a block run
 * in the same products. Used by one thread.
 */
public final class BlockScorer {
    /** Tokens of each level in a step. */
    private static final int CHUNK = 128;

    private final MeasuredModel measured;
    private final List<Integer> levels;
    private final LogitRows rows;
    private final int positions; // of each level whose logits are held at once
    private final float[][] terms; // [threads][vocabulary]
    private final double[][] nats; // [levels][positions], likewise the others
    private final double[][] divergence;
    private final boolean[][] equal;

    /** @param levels ascending; level 0 among them if there is to be a comparison */
    public BlockScorer(MeasuredModel measured, List<Integer> levels) {
        this.measured = measured;
        this.levels = List.copyOf(levels);
        this.rows = new LogitRows(measured, levels.size());
        this.positions = rows.capacity() / levels.size();
        this.terms = new float[measured.threads()][measured.vocabulary()];
        this.nats = new double[levels.size()][positions];
        this.divergence = new double[levels.size()][positions];
        this.equal = new boolean[levels.size()][positions];
    }

    /**
     * Scores one block.
     *
     * @param tokens the text
     * @param first where the block begins
     * @param count its length, 2 or more
     * @param progress told how many tokens have been read, all levels counted
     * @return one per level
     * @throws IllegalStateException if the logits give no finite figure; names level and token
     */
    public List<BlockScore> score(int[] tokens, int first, int count, IntConsumer progress) {
        if (count < 2) {
            throw new IllegalArgumentException("a block of " + count + " tokens; allowed: 2 or more");
        }
        Sums sums = new Sums(levels.size());
        try (LevelBatch batch = new LevelBatch(measured, levels)) {
            for (int done = 0; done < count; done += CHUNK) {
                int n = Math.min(CHUNK, count - done);
                Rows hidden = batch.read(tokens, first + done, n);
                // The block's last token predicts what is not in it.
                int predicting = Math.min(n, count - 1 - done);
                for (int from = 0; from < predicting; from += positions) {
                    int some = Math.min(positions, predicting - from);
                    gather(hidden, n, from, some);
                    compare(tokens, first + done + from + 1, some);
                    sums.add(this, some);
                }
                progress.accept(n * levels.size());
            }
        }
        return sums.scores(count - 1, base() >= 0);
    }

    /** Rows {@code [levels][some]}. */
    private void gather(Rows hidden, int perLevel, int from, int some) {
        rows.clear();
        for (int level = 0; level < levels.size(); level++) {
            for (int i = 0; i < some; i++) {
                rows.add(hidden, level * perLevel + from + i);
            }
        }
    }

    private void compare(int[] tokens, int target, int some) {
        float[] logits = rows.compute();
        measured.workspace().workers().run(some,
                (position, worker) -> compare(logits, some, position, tokens[target + position], terms[worker]));
    }

    /** Index of level 0, -1 if it is not measured: it would be the first. */
    private int base() {
        return levels.getFirst() == 0 ? 0 : -1;
    }

    private void compare(float[] logits, int some, int position, int target, float[] scratch) {
        LogitOps ops = measured.workspace().kernels().logitOps();
        int n = measured.vocabulary();
        int base = position * n;
        int baseArgmax = -1;
        float baseMax = 0;
        double baseSum = 0;
        for (int level = 0; level < levels.size(); level++) {
            int at = (level * some + position) * n;
            int argmax = ops.argmax(logits, at, n);
            if (argmax < 0) {
                throw notFinite(level, target);
            }
            float max = logits[at + argmax];
            double sum;
            if (level == base()) {
                sum = ops.expTerms(logits, at, n, max, scratch);
                baseArgmax = argmax;
                baseMax = max;
                baseSum = sum;
                divergence[level][position] = 0;
            } else {
                sum = ops.sumExp(logits, at, n, max);
                divergence[level][position] = base() < 0
                        ? Double.NaN
                        : ops.weightedDifference(scratch, n, logits, base, baseMax, logits, at, max) / baseSum
                                + Math.log(sum) - Math.log(baseSum);
            }
            nats[level][position] = Math.log(sum) - ((double) logits[at + target] - max);
            equal[level][position] = argmax == baseArgmax;
            boolean compared = base() < 0 || Double.isFinite(divergence[level][position]);
            if (!compared || !Double.isFinite(nats[level][position])) {
                throw notFinite(level, target);
            }
        }
    }

    private IllegalStateException notFinite(int level, int target) {
        return new IllegalStateException("the logits of level " + levels.get(level) + " before token " + target
                + " are not all finite; nothing can be measured");
    }

    /** Added up in the order of the tokens, so that the figures do not depend on the threads. */
    private static final class Sums {
        private final double[] nats;
        private final double[] divergence;
        private final int[] equal;

        Sums(int levels) {
            nats = new double[levels];
            divergence = new double[levels];
            equal = new int[levels];
        }

        void add(BlockScorer scorer, int some) {
            for (int level = 0; level < nats.length; level++) {
                for (int i = 0; i < some; i++) {
                    nats[level] += scorer.nats[level][i];
                    divergence[level] += scorer.divergence[level][i];
                    equal[level] += scorer.equal[level][i] ? 1 : 0;
                }
            }
        }

        List<BlockScore> scores(int scored, boolean compared) {
            List<BlockScore> scores = new ArrayList<>();
            for (int level = 0; level < nats.length; level++) {
                scores.add(new BlockScore(scored, nats[level], divergence[level], compared ? equal[level] : -1));
            }
            return scores;
        }
    }
}
