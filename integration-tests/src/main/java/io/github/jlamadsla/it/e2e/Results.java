package io.github.jlamadsla.it.e2e;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

import io.github.jlamadsla.it.e2e.MeasuringProcess.Reply;

/** What came of a model's trials. */
final class Results {
    private final BenchmarkModel model;
    private final Map<Contender, List<Sample>> samples = new LinkedHashMap<>();
    private final Map<Contender, String> failures = new LinkedHashMap<>();

    Results(BenchmarkModel model) {
        this.model = model;
    }

    /** Adds a trial's outcome. Of failures the first is kept. */
    void add(Contender contender, Reply reply) {
        samples.computeIfAbsent(contender, key -> new ArrayList<>()).addAll(reply.samples());
        if (reply.isFailure()) {
            failures.putIfAbsent(contender, reply.failure());
        }
    }

    BenchmarkModel model() {
        return model;
    }

    /** Our engine with half of the layers converted. */
    Contender half() {
        return new Contender(EngineKind.OWN, model.halfLevel());
    }

    /** All prompt lengths that anyone has read or was to read, ascending. */
    List<Integer> contexts() {
        TreeSet<Integer> all = new TreeSet<>(model.contexts());
        samples.values().forEach(list -> list.forEach(sample -> all.add(sample.context())));
        return List.copyOf(all);
    }

    /** Why a contender has failed at least once; empty if it has not. */
    String failure(Contender contender) {
        return failures.getOrDefault(contender, "");
    }

    /** A number of each of a contender's samples of a prompt length, in the order taken; may be empty. */
    double[] values(Contender contender, int context, ToDoubleFunction<Sample> number) {
        return samples.getOrDefault(contender, List.of()).stream().filter(sample -> sample.context() == context)
                .mapToDouble(number).toArray();
    }
}
