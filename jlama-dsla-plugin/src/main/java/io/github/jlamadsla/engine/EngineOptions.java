package io.github.jlamadsla.engine;

import java.util.Set;
import java.util.function.LongSupplier;

/**
 * How an engine behaves.
 *
 * @param levelRule level of unpinned requests
 * @param scheduler what a step does
 * @param stopTokens tokens that end an answer
 * @param limits how much is taken on at once
 * @param nanoClock time in nanoseconds
 */
public record EngineOptions(LevelRule levelRule, StepScheduler scheduler, Set<Integer> stopTokens, QueueLimits limits,
        LongSupplier nanoClock) {
    public EngineOptions {
        stopTokens = Set.copyOf(stopTokens);
    }
}
