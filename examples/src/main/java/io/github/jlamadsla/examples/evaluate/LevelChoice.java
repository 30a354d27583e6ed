package io.github.jlamadsla.examples.evaluate;

import java.util.List;
import java.util.stream.Stream;

import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.examples.UsageException;

/** Which levels are measured. */
final class LevelChoice {

    private LevelChoice() {}

    /**
     * @param asked what the user asks for; empty: none, a quarter and half of the base layers, and the whole order
     * @param layers of the base model
     * @return ascending, each once; level 0 is always among them where the checkpoint has it, since all others are
     *         compared with it
     * @throws UsageException if the model does not have one of them
     */
    static List<Integer> of(List<Integer> asked, LayerOrder order, int layers) {
        for (int level : asked) {
            if (level < order.bottom() || level > order.top()) {
                throw new UsageException("--levels has " + level + "; allowed: "
                        + (order.bottom() == order.top() ? "" + order.top() : order.bottom() + " to " + order.top()));
            }
        }
        List<Integer> levels = asked.isEmpty() ? List.of(layers / 4, layers / 2, order.top()) : asked;
        return Stream.concat(Stream.of(order.bottom()), levels.stream())
                .map(level -> Math.clamp(level, order.bottom(), order.top())).distinct().sorted().toList();
    }
}
