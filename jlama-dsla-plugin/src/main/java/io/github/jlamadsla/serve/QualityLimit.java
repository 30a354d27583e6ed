package io.github.jlamadsla.serve;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.jlamadsla.checkpoint.QualityPoint;

/**
 * How much quality automatic modes may give up, by the checkpoint's own measurements (DESIGN section 4).
 *
 * @param maxNatsLoss most nats per token above level 0, at 2K and at 8K
 * @param maxHiddenFactLoss most share of hidden facts below level 0
 */
public record QualityLimit(double maxNatsLoss, double maxHiddenFactLoss) {

    /** 0.02 nats; no bound on hidden facts. */
    public static final QualityLimit DEFAULT = new QualityLimit(.02, Double.POSITIVE_INFINITY);

    public QualityLimit {
        if (!(maxNatsLoss >= 0) || !(maxHiddenFactLoss >= 0)) {
            throw new IllegalArgumentException("quality limit is " + maxNatsLoss + " nats, " + maxHiddenFactLoss
                    + " of hidden facts; allowed: 0 or more");
        }
    }

    /** Whether the measurements can bound a level: level 0 is among them. */
    public static boolean measured(List<QualityPoint> quality) {
        return quality.stream().anyMatch(p -> p.level() == 0);
    }

    /**
     * The highest level such that every measured level up to it passes; a level beyond the last measured one fails.
     * Without measurements there is no limit.
     *
     * @param quality measured levels, level 0 among them
     * @param length tokens of the request
     * @param top the order's length
     */
    public int level(List<QualityPoint> quality, int length, int top) {
        Optional<QualityPoint> base = quality.stream().filter(p -> p.level() == 0).findFirst();
        if (base.isEmpty()) {
            return top;
        }
        int highest = 0;
        for (QualityPoint point : quality.stream().sorted(Comparator.comparingInt(QualityPoint::level)).toList()) {
            if (!passes(point, base.get(), length)) {
                return Math.min(top, point.level() - 1);
            }
            highest = point.level();
        }
        return Math.min(top, highest);
    }

    private boolean passes(QualityPoint point, QualityPoint base, int length) {
        double nats = Math.max(point.nll2k() - base.nll2k(), point.nll8k() - base.nll8k());
        double facts = at(base.hiddenFact(), length) - at(point.hiddenFact(), length);
        // Written so that a missing figure (NaN) of hidden facts does not fail a level.
        return nats <= maxNatsLoss && !(facts > maxHiddenFactLoss);
    }

    /** The figure at the smallest measured length at or above the request's, else at the largest. */
    private static double at(Map<Integer, Double> byLength, int length) {
        return byLength.keySet().stream().filter(l -> l >= length).min(Integer::compare)
                .or(() -> byLength.keySet().stream().max(Integer::compare)).map(byLength::get).orElse(Double.NaN);
    }
}
