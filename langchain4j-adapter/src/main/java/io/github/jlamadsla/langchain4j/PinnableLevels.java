package io.github.jlamadsla.langchain4j;

/**
 * The levels that a request of one model may pin.
 *
 * @param bottom the lowest
 * @param top the highest
 */
record PinnableLevels(int bottom, int top) {

    static PinnableLevels of(ChatEngine engine) {
        return new PinnableLevels(engine.bottomLevel(), engine.topLevel());
    }

    /**
     * @param level or null for no pin
     * @throws IllegalArgumentException if it is none of them
     */
    void check(Integer level) {
        if (level != null && (level < bottom || level > top)) {
            throw new IllegalArgumentException(
                    "level is " + level + "; allowed: " + (bottom == top ? "" + top : bottom + " to " + top));
        }
    }
}
