package io.github.jlamadsla.it.serve;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

import io.github.jlamadsla.checkpoint.QualityPoint;
import io.github.jlamadsla.engine.LevelChange;

/** What levels cost, by the checkpoint's own measurements: nats per token above level 0. */
final class NatsLoss {
    /** From here on the figures of 8K are nearer than those of 2K. */
    private static final int LONG = 4_000;

    private final List<QualityPoint> points;

    /** @param quality measured levels, level 0 among them */
    NatsLoss(List<QualityPoint> quality) {
        points = quality.stream().sorted(Comparator.comparingInt(QualityPoint::level)).toList();
        if (points.isEmpty() || points.getFirst().level() != 0) {
            throw new IllegalArgumentException(
                    "quality of levels " + points.stream().map(QualityPoint::level).toList()
                            + "; allowed: with level 0");
        }
    }

    /** Of a token at a level, linear between measured levels. */
    double at(int level, int length) {
        ToDoubleFunction<QualityPoint> nats = length < LONG ? QualityPoint::nll2k : QualityPoint::nll8k;
        QualityPoint below = points.getFirst();
        for (QualityPoint above : points) {
            if (level <= above.level()) {
                int span = above.level() - below.level();
                double share = span == 0 ? 0 : (double) (level - below.level()) / span;
                return nats.applyAsDouble(below) * (1 - share) + nats.applyAsDouble(above) * share
                        - nats.applyAsDouble(points.getFirst());
            }
            below = above;
        }
        return nats.applyAsDouble(below) - nats.applyAsDouble(points.getFirst());
    }

    /** Sum over the tokens of an answer, each at the level it was made at. */
    double ofAnswer(Outcome outcome) {
        double sum = 0;
        for (int i = 0; i < outcome.answer().size(); i++) {
            int length = outcome.promptTokens() + i;
            // A token comes from the row of the one before it.
            sum += at(levelAt(outcome.levels(), length - 1), length);
        }
        return sum;
    }

    private static int levelAt(List<LevelChange> levels, int position) {
        int level = 0;
        for (LevelChange change : levels) {
            if (change.position() <= position) {
                level = change.level();
            }
        }
        return level;
    }
}
