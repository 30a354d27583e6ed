package io.github.jlamadsla.examples;

import java.util.List;

import io.github.jlamadsla.checkpoint.LayerOrder;

/** Which levels are asked at. */
final class Levels {
    private static final List<Integer> USUAL = List.of(0, 2, 4, 6);

    private Levels() {}

    /**
     * @param asked what the user asks for; empty: 0, 2, 4 and 6 as far as the model has them
     * @return ascending, each once, at least one
     * @throws UsageException if the model does not have one of them
     */
    static List<Integer> of(List<Integer> asked, LayerOrder order) {
        for (int level : asked) {
            if (level < order.bottom() || level > order.top()) {
                throw new UsageException("--level is " + level + "; allowed: " + allowed(order));
            }
        }
        List<Integer> levels = asked.isEmpty() ? usual(order) : asked;
        return levels.stream().distinct().sorted().toList();
    }

    private static List<Integer> usual(LayerOrder order) {
        List<Integer> usual = USUAL.stream().filter(level -> level >= order.bottom() && level <= order.top()).toList();
        return usual.isEmpty() ? List.of(order.bottom()) : usual;
    }

    private static String allowed(LayerOrder order) {
        return order.bottom() == order.top() ? "" + order.top() : order.bottom() + " to " + order.top();
    }
}
