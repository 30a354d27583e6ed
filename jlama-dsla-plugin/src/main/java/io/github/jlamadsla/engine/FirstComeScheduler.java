package io.github.jlamadsla.engine;

import java.util.List;

/** First come, first served, one request at a time: its prompt in chunks, then token by token. */
public final class FirstComeScheduler implements StepScheduler {
    private final int prefillChunk;

    /** @param prefillChunk most prompt tokens of a step, 1 or more */
    public FirstComeScheduler(int prefillChunk) {
        if (prefillChunk < 1) {
            throw new IllegalArgumentException("prefillChunk is " + prefillChunk + "; allowed: 1 or more");
        }
        this.prefillChunk = prefillChunk;
    }

    @Override
    public StepPlan schedule(List<SequenceView> sequences) {
        SequenceView first = sequences.getFirst();
        int tokens = first.promptLeft() > 0 ? Math.min(prefillChunk, first.promptLeft()) : 1;
        return new StepPlan(List.of(new StepPlan.Entry(first.id(), Math.max(first.level(), first.dueLevel()), tokens)));
    }
}
