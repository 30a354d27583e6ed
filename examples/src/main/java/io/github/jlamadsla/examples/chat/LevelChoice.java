package io.github.jlamadsla.examples.chat;

import java.util.regex.Pattern;

import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.examples.UsageException;

/**
 * At which level answers are given.
 *
 * @param pinned the level, or {@link GenerationRequest#UNPINNED}: the runtime's mode decides
 */
record LevelChoice(int pinned) {
    static final LevelChoice AUTO = new LevelChoice(GenerationRequest.UNPINNED);

    private static final Pattern NUMBER = Pattern.compile("\\d{1,6}");

    /** @throws UsageException unless it is {@code auto} or a number */
    static LevelChoice parse(String text) {
        if (text.equals("auto")) {
            return AUTO;
        }
        if (!NUMBER.matcher(text).matches()) {
            throw new UsageException("level is " + text + "; allowed: auto or a number from 0");
        }
        return new LevelChoice(Integer.parseInt(text));
    }

    boolean auto() {
        return pinned == GenerationRequest.UNPINNED;
    }

    /** @throws UsageException if a model with this order does not have the level */
    void check(LayerOrder order) {
        if (!auto() && (pinned < order.bottom() || pinned > order.top())) {
            throw new UsageException("level is " + pinned + "; allowed: auto or " + range(order));
        }
    }

    /** The levels of a model, as {@code 0 to 6}. */
    static String range(LayerOrder order) {
        return order.bottom() == order.top() ? "" + order.top() : order.bottom() + " to " + order.top();
    }

    @Override
    public String toString() {
        return auto() ? "auto" : "" + pinned;
    }
}
