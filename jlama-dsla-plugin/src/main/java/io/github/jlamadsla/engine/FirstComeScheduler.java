package io.github.jlamadsla.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * First come, first served: every sequence that decodes gets its token in every step, and what is left of the token
 * budget goes to prompts in the order of arrival. So a long prompt holds the others up by no more than a chunk.
 */
public final class FirstComeScheduler implements StepScheduler {
    /** Part of the budget that prompts get however many decode: they must not starve. */
    private static final int PREFILL_SHARE = 4;

    private final int tokenBudget;

    /** @param tokenBudget most tokens of a step while fewer sequences than that decode, 1 or more */
    public FirstComeScheduler(int tokenBudget) {
        if (tokenBudget < 1) {
            throw new IllegalArgumentException("prefillChunk is " + tokenBudget + "; allowed: 1 or more");
        }
        this.tokenBudget = tokenBudget;
    }

    @Override
    public StepPlan schedule(List<SequenceView> sequences) {
        List<StepPlan.Entry> entries = new ArrayList<>();
        for (SequenceView s : sequences) {
            if (s.promptLeft() == 0) {
                entries.add(entry(s, 1));
            }
        }
        int left = Math.max(tokenBudget - entries.size(), Math.max(1, tokenBudget / PREFILL_SHARE));
        for (SequenceView s : sequences) {
            int tokens = Math.min(left, s.promptLeft());
            if (tokens > 0) {
                entries.add(entry(s, tokens));
                left -= tokens;
            }
        }
        return new StepPlan(entries);
    }

    private static StepPlan.Entry entry(SequenceView s, int tokens) {
        return new StepPlan.Entry(s.id(), Math.max(s.level(), s.dueLevel()), tokens);
    }
}
