package io.github.jlamadsla.engine;

import java.util.List;

/**
 * What the next step does: a decision, not yet done.
 *
 * @param entries no sequence twice
 * @param spare bytes that sequences which begin may take more than was planned for them, since a cached prefix gives
 *        them more to hold at once
 */
public record StepPlan(List<Entry> entries, long spare) {
    /** Nothing to do. */
    public static final StepPlan NOTHING = new StepPlan(List.of());

    public StepPlan {
        entries = List.copyOf(entries);
    }

    /** Where memory is no concern. */
    public StepPlan(List<Entry> entries) {
        this(entries, Long.MAX_VALUE);
    }

    /**
     * A sequence's part.
     *
     * @param sequence its id
     * @param level level to begin it at, or to raise it to before its tokens run; its present one for neither
     * @param prefixes levels at which one that begins may take a cached prefix
     * @param tokens most prompt tokens to read, or 1 to decode, or 0 only to raise it
     */
    public record Entry(long sequence, int level, Prefixes prefixes, int tokens) {

        /** With prefixes of the very level only. */
        public Entry(long sequence, int level, int tokens) {
            this(sequence, level, new Prefixes(level, level), tokens);
        }
    }

    /**
     * @param lowestLevel at most the planned one; a sequence with a prefix below that is raised to it later, by plans
     * @param highestLevel at least the planned one
     */
    public record Prefixes(int lowestLevel, int highestLevel) {}
}
