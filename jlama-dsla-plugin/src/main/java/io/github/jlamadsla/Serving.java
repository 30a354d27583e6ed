package io.github.jlamadsla;

import java.util.List;
import java.util.Set;

import io.github.jlamadsla.engine.EngineOptions;
import io.github.jlamadsla.memory.PrefixCache;
import io.github.jlamadsla.model.HybridModel;
import io.github.jlamadsla.serve.AdmissionQueue;
import io.github.jlamadsla.serve.GuardedObserver;
import io.github.jlamadsla.serve.LevelBounds;
import io.github.jlamadsla.serve.SequenceSizes;
import io.github.jlamadsla.serve.ServeScheduler;
import io.github.jlamadsla.serve.ServerSnapshot;
import io.github.jlamadsla.serve.StepCosts;

/** What decides for the engine: who is taken, and what its steps do. */
record Serving(ServeScheduler scheduler, AdmissionQueue admission, PrefixCache prefixes) {

    /**
     * @param limit bytes of all sequences and prefixes together
     * @param prefixes or null for none; closed by the engine
     * @param startSamples of steps measured before the first request
     */
    static Serving of(RuntimeOptions options, HybridModel model, LevelBounds bounds, long limit, PrefixCache prefixes,
            List<StepCosts.Sample> startSamples) {
        SequenceSizes sizes = new SequenceSizes(model::sequenceBytes, bounds, model.canRaise(), limit);
        StepCosts costs = StepCosts.measured(model.config().layers(), model.order().top(), startSamples);
        ServeScheduler scheduler = new ServeScheduler(sizes, options.prefillChunk(), costs, options.levelListener);
        return new Serving(scheduler,
                new AdmissionQueue(sizes, options.queueLimits(), scheduler, System::nanoTime), prefixes);
    }

    EngineOptions engineOptions(RuntimeOptions options, Set<Integer> stopTokens) {
        return new EngineOptions(scheduler, admission, stopTokens,
                new GuardedObserver(options.observer, System::nanoTime), System::nanoTime,
                prefixes);
    }

    ServerSnapshot load() {
        return scheduler.latest().with(admission.refusals(),
                prefixes == null ? PrefixCache.Counts.NONE : prefixes.counts());
    }

    /** Bytes that only prefixes hold. */
    long prefixBytes() {
        return prefixes == null ? 0 : prefixes.heldAlone();
    }
}
