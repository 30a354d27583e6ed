package io.github.jlamadsla.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * First come, first served: every sequence that decodes gets its token in every step, and what is left of the token
 * budget goes to prompts in the order of arrival. So a long prompt holds the others up by no more than a chunk. A
 * sequence begins when the memory budget has room for all it may come to need; none overtakes.
 */
public final class FirstComeScheduler implements StepScheduler {
    private final TokenShares shares;
    private final LevelRule rule;

    /**
     * @param tokenBudget most tokens of a step while fewer sequences than that decode, 1 or more
     * @param rule level of unpinned requests
     */
    public FirstComeScheduler(int tokenBudget, LevelRule rule) {
        this.shares = new TokenShares(tokenBudget);
        this.rule = rule;
    }

    @Override
    public StepPlan schedule(EngineView view) {
        List<SequenceView> ready = new ArrayList<>();
        long committed = view.sequences().stream().filter(s -> s.state().begun())
                .mapToLong(s -> s.terms().need()).sum();
        boolean lineMoves = true;
        for (SequenceView s : view.sequences()) {
            if (!s.state().begun()) {
                lineMoves &= committed == 0 || committed + s.terms().need() <= view.memory().limit();
                committed += s.terms().need();
            }
            if ((s.state().begun() || lineMoves) && s.state().runnable()) {
                ready.add(s);
            }
        }
        return new StepPlan(shares.of(ready).stream()
                .map(this::entry).toList());
    }

    private StepPlan.Entry entry(TokenShares.Share share) {
        SequenceView s = share.sequence();
        int level = level(s);
        return s.state().begun()
                ? new StepPlan.Entry(s.id(), level, share.tokens())
                : new StepPlan.Entry(s.id(), level, new StepPlan.Prefixes(0, level), share.tokens());
    }

    private int level(SequenceView s) {
        SequenceView.Levels levels = s.levels();
        if (levels.isPinned() || s.state().begun() && levels.fixed()) {
            return levels.asked();
        }
        return Math.max(levels.asked(), rule.level(s.length()));
    }
}
