package io.github.jlamadsla.engine;

import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.PrefixCache;
import io.github.jlamadsla.model.HybridModel;

/** Options of an engine that serves whoever comes first. */
public record FirstCome(LevelRule rule, int tokenBudget, QueueLimits limits, Set<Integer> stopTokens,
        LongSupplier clock) {

    /** Level 0, 64 tokens a step. */
    public static FirstCome of(QueueLimits limits) {
        return new FirstCome(_ -> 0, 64, limits, Set.of(), System::nanoTime);
    }

    public FirstCome rule(LevelRule newRule) {
        return new FirstCome(newRule, tokenBudget, limits, stopTokens, clock);
    }

    public FirstCome tokenBudget(int tokens) {
        return new FirstCome(rule, tokens, limits, stopTokens, clock);
    }

    public FirstCome stopTokens(Set<Integer> tokens) {
        return new FirstCome(rule, tokenBudget, limits, tokens, clock);
    }

    public FirstCome clock(LongSupplier nanos) {
        return new FirstCome(rule, tokenBudget, limits, stopTokens, nanos);
    }

    public StepScheduler scheduler() {
        return new FirstComeScheduler(tokenBudget, rule);
    }

    public EngineOptions options(HybridModel model, MemoryBudget budget) {
        return options(model, budget, scheduler());
    }

    /** With a scheduler of the test's own around it. */
    public EngineOptions optionsAround(HybridModel model, MemoryBudget budget, UnaryOperator<StepScheduler> around) {
        return options(model, budget, around.apply(scheduler()));
    }

    public EngineOptions options(HybridModel model, MemoryBudget budget, StepScheduler scheduler) {
        return options(model, budget, scheduler, null);
    }

    /** @param prefixes or null for none */
    public EngineOptions options(HybridModel model, MemoryBudget budget, StepScheduler scheduler,
            PrefixCache prefixes) {
        return new EngineOptions(scheduler, new FirstComeAdmission(model, budget.limit(), limits, rule), stopTokens,
                EngineObserver.NONE, clock, prefixes);
    }
}
