package io.github.jlamadsla.it.e2e;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

import io.github.jlamadsla.it.e2e.MeasuringProcess.Reply;

/** Runs all contenders on a model, taking turns, so that what slows the machine for a while slows all of them. */
final class Comparison {
    private final Plan plan;
    private final Consumer<String> progress;

    /** @param progress hears a line per trial */
    Comparison(Plan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /**
     * Warms up, then measures.
     *
     * @param starter starts an engine's process with the model loaded
     */
    Results run(BenchmarkModel model, Function<EngineKind, EngineProcess> starter) {
        Results results = new Results(model);
        List<Contender> contenders = List.of(Contender.JLAMA, Contender.LEVEL_0, results.half());
        Map<EngineKind, EngineProcess> engines = new EnumMap<>(EngineKind.class);
        try {
            for (EngineKind kind : EngineKind.values()) {
                engines.put(kind, starter.apply(kind));
            }
            for (Contender contender : contenders) {
                warmUp(model, contender, engines.get(contender.engine()), results);
            }
            for (int round = 0; round < plan.repeats(); round++) {
                for (Contender contender : contenders) {
                    results.add(contender, timed("round " + (round + 1) + " of " + plan.repeats(), model, contender,
                            engines.get(contender.engine()), plan.trial(model, contender, round)));
                }
            }
            if (plan.withLongContext() && model.longContext() > 0) {
                for (Contender contender : List.of(Contender.LEVEL_0, results.half())) {
                    results.add(contender, timed("long context", model, contender, engines.get(EngineKind.OWN),
                            plan.longContext(model, contender)));
                }
            }
        } finally {
            engines.values().forEach(EngineProcess::close);
        }
        return results;
    }

    private void warmUp(BenchmarkModel model, Contender contender, EngineProcess engine, Results results) {
        long start = System.nanoTime();
        do {
            Reply reply = timed("warm-up", model, contender, engine, plan.warmUp(model, contender));
            if (reply.isFailure()) {
                results.add(contender, reply);
                return;
            }
        } while (System.nanoTime() - start < plan.warmUp().toNanos());
    }

    private Reply timed(String what, BenchmarkModel model, Contender contender, EngineProcess engine, Trial trial) {
        long start = System.nanoTime();
        Reply reply = engine.measure(trial);
        progress.accept(String.format(Locale.ROOT, "%s, %s, %s, prompts of %s tokens: %s", model.name(), what,
                contender.title(), trial.contexts(),
                reply.isFailure()
                        ? "failed: " + reply.failure()
                        : String.format(Locale.ROOT, "%.1f s", Duration.ofNanos(System.nanoTime() - start).toMillis()
                                / 1e3)));
        return reply;
    }
}
