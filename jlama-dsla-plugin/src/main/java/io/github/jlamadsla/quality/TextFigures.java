package io.github.jlamadsla.quality;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Figures of one level over all blocks of a text.
 *
 * @param level DSLA layers
 * @param nats per token
 * @param above nats per token above level 0, block by block, so that what is hard in the text cancels; NaN without
 *        level 0
 * @param divergence KL(level 0 || level) in nats per token; NaN without level 0
 * @param equal share of predictions with the likeliest token of level 0; NaN without level 0
 */
public record TextFigures(int level, Estimate nats, Estimate above, Estimate divergence, Estimate equal) {

    /** exp of the nats per token. */
    public double perplexity() {
        return Math.exp(nats.mean());
    }

    /**
     * Of the scores of one level.
     *
     * @param scores one per block
     * @param base those of level 0, block by block; null without it
     */
    static TextFigures of(int level, List<BlockScore> scores, List<BlockScore> base) {
        double[] above = new double[scores.size()];
        for (int i = 0; i < above.length; i++) {
            above[i] = base == null ? Double.NaN : scores.get(i).natsPerToken() - base.get(i).natsPerToken();
        }
        return new TextFigures(level, of(scores, BlockScore::natsPerToken), Estimate.of(above),
                of(scores, BlockScore::divergencePerToken), of(scores, BlockScore::equalShare));
    }

    private static Estimate of(List<BlockScore> scores, ToDoubleFunction<BlockScore> figure) {
        return Estimate.of(scores.stream().mapToDouble(figure).toArray());
    }
}
