package io.github.jlamadsla.engine;

import java.util.Set;
import java.util.function.LongSupplier;

/**
 * How an engine behaves.
 *
 * @param levelRule level of unpinned requests
 * @param scheduler what a step does
 * @param stopTokens tokens that end an answer
 * @param maxQueued most requests that have not ended, 1 or more
 * @param nanoClock time in nanoseconds
 */
public record EngineOptions(LevelRule levelRule, StepScheduler scheduler, Set<Integer> stopTokens, int maxQueued,
        LongSupplier nanoClock) {
    public EngineOptions {
        stopTokens = Set.copyOf(stopTokens);
        if (maxQueued < 1) {
            throw new IllegalArgumentException("maxQueuedRequests is " + maxQueued + "; allowed: 1 or more");
        }
    }
}
