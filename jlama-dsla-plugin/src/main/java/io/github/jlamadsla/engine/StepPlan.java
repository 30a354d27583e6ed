package io.github.jlamadsla.engine;

import java.util.List;

/** What the next step does: a decision, not yet done. */
public record StepPlan(List<Entry> entries) {
    public StepPlan {
        entries = List.copyOf(entries);
    }

    /**
     * A sequence's part.
     *
     * @param sequence its id
     * @param raiseTo level to raise it to before its tokens run; its present one for no raise
     * @param tokens prompt tokens to read, or 1 to decode
     */
    public record Entry(long sequence, int raiseTo, int tokens) {}
}
