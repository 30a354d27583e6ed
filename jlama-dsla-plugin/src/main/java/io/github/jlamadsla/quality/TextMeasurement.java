package io.github.jlamadsla.quality;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * A text cut into blocks, scored at several levels.
 *
 * @param context tokens of a block
 * @param tokens tokens of the text that were in a block; what is left at its end fills none
 * @param levels figures by level, ascending
 */
public record TextMeasurement(int context, int tokens, List<TextFigures> levels) {
    public TextMeasurement {
        levels = List.copyOf(levels);
    }

    /** Whole blocks in a text. */
    public static int blocks(int tokens, int context) {
        return tokens / context;
    }

    /**
     * Scores all whole blocks.
     *
     * @param tokens the text
     * @param context tokens of a block, 2 to the model's context
     * @param levels ascending
     * @param progress told how many tokens have been read, all levels counted
     * @throws IllegalArgumentException if the text fills no block or the sequences do not fit
     */
    public static TextMeasurement of(MeasuredModel measured, int[] tokens, int context, List<Integer> levels,
            IntConsumer progress) {
        int blocks = blocks(tokens.length, context);
        if (blocks == 0) {
            throw new IllegalArgumentException(
                    "the text has " + tokens.length + " tokens; allowed: " + context + " or more, one block");
        }
        measured.checkFits(context, levels);
        BlockScorer scorer = new BlockScorer(measured, levels);
        List<List<BlockScore>> byLevel = new ArrayList<>();
        levels.forEach(_ -> byLevel.add(new ArrayList<>()));
        for (int block = 0; block < blocks; block++) {
            List<BlockScore> scores = scorer.score(tokens, block * context, context, progress);
            for (int i = 0; i < scores.size(); i++) {
                byLevel.get(i).add(scores.get(i));
            }
        }
        List<BlockScore> base = levels.getFirst() == 0 ? byLevel.getFirst() : null;
        List<TextFigures> figures = new ArrayList<>();
        for (int i = 0; i < levels.size(); i++) {
            figures.add(TextFigures.of(levels.get(i), byLevel.get(i), base));
        }
        return new TextMeasurement(context, blocks * context, figures);
    }
}
