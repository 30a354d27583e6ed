package io.github.jlamadsla.it.serve;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a request of some length takes when it is alone, at level 0.
 *
 * @param points ascending by length, at least one
 */
record Unloaded(List<Point> points) {

    /**
     * @param promptTokens length of the prompt
     * @param firstToken seconds to the first token
     * @param perToken seconds for each token after it
     */
    record Point(int promptTokens, double firstToken, double perToken) {}

    Unloaded {
        points = points.stream().sorted(Comparator.comparingInt(Point::promptTokens)).toList();
        if (points.isEmpty() || points.stream().anyMatch(p -> !(p.firstToken > 0 && p.perToken > 0))) {
            throw new IllegalArgumentException(
                    "unloaded times are " + points + "; allowed: at least one length, times above 0");
        }
    }

    double firstToken(int promptTokens) {
        return at(promptTokens, Point::firstToken);
    }

    double perToken(int promptTokens) {
        return at(promptTokens, Point::perToken);
    }

    /** Linear between the lengths; beyond them the nearest one's, which is never too generous for a longer one. */
    private double at(int length, ToDoubleFunction<Point> time) {
        Point below = points.getFirst();
        for (Point above : points) {
            if (length <= above.promptTokens) {
                double span = above.promptTokens - below.promptTokens;
                double share = span == 0 ? 0 : Math.max(0, (length - below.promptTokens) / span);
                return time.applyAsDouble(below) * (1 - share) + time.applyAsDouble(above) * share;
            }
            below = above;
        }
        return time.applyAsDouble(below);
    }
}
