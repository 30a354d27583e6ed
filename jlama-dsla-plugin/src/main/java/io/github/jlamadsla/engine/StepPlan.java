package io.github.jlamadsla.engine;

import java.util.List;

/** What the next step does: a decision, not yet done. */
public record StepPlan(List<Entry> entries) {
    /** Nothing to do. */
    public static final StepPlan NOTHING = new StepPlan(List.of());

    public StepPlan {
        entries = List.copyOf(entries);
    }

    /**
     * A sequence's part.
     *
     * @param sequence its id
     * @param level level to begin it at, or to raise it to before its tokens run; its present one for neither
     * @param highestLevel the level up to which a cached prefix may take one that begins, at least {@code level}
     * @param tokens most prompt tokens to read, or 1 to decode, or 0 only to raise it
     */
    public record Entry(long sequence, int level, int highestLevel, int tokens) {

        /** Without a prefix of a higher level. */
        public Entry(long sequence, int level, int tokens) {
            this(sequence, level, level, tokens);
        }
    }
}
