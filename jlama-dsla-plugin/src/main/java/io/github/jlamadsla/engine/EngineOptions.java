package io.github.jlamadsla.engine;

import java.util.Set;
import java.util.function.LongSupplier;

import io.github.jlamadsla.memory.PrefixCache;

/**
 * How an engine behaves.
 *
 * @param scheduler what a step does
 * @param admission what is taken on
 * @param stopTokens tokens that end an answer
 * @param observer hears of steps and requests; what it throws ends the engine, so one that may throw must be guarded
 * @param nanoClock time in nanoseconds
 * @param prefixes beginnings of sequences that later ones need not read again, of the engine's own budget, or null for
 *        none; the engine's from here on, which closes it
 */
public record EngineOptions(StepScheduler scheduler, Admission admission, Set<Integer> stopTokens,
        EngineObserver observer, LongSupplier nanoClock, PrefixCache prefixes) {
    public EngineOptions {
        stopTokens = Set.copyOf(stopTokens);
    }
}
