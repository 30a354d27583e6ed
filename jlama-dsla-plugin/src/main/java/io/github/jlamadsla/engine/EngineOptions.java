package io.github.jlamadsla.engine;

import java.util.Set;
import java.util.function.LongSupplier;

/**
 * How an engine behaves.
 *
 * @param scheduler what a step does
 * @param admission what is taken on
 * @param stopTokens tokens that end an answer
 * @param observer hears of steps and requests
 * @param nanoClock time in nanoseconds
 */
public record EngineOptions(StepScheduler scheduler, Admission admission, Set<Integer> stopTokens,
        EngineObserver observer, LongSupplier nanoClock) {
    public EngineOptions {
        stopTokens = Set.copyOf(stopTokens);
    }
}
