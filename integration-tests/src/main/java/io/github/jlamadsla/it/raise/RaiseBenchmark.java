package io.github.jlamadsla.it.raise;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import io.github.jlamadsla.it.BenchmarkHome;
import io.github.jlamadsla.it.Ceilings;
import io.github.jlamadsla.it.Figure;
import io.github.jlamadsla.it.Figures;
import io.github.jlamadsla.it.Measured;
import io.github.jlamadsla.it.RunContext;
import io.github.jlamadsla.it.Target;
import io.github.jlamadsla.it.e2e.ModelShape;
import io.github.jlamadsla.it.e2e.RandomModel;
import io.github.jlamadsla.it.raise.RaiseTimes.Round;

/**
 * Times what a raise costs the step that does it. {@code integration-tests/run-benchmark raise} starts it;
 * docs/benchmarks.md says how it measures.
 */
@Command(name = "run-benchmark raise", mixinStandardHelpOptions = true, sortOptions = false, //
        description = "Times the raise of a request of 8K tokens, layer by layer, beside its prefill at level 0.")
public final class RaiseBenchmark implements Callable<Integer> {
    private static final String ISSUE = "SERVE: levels that follow the load, budgets that hold, prefixes that are read once";
    private static final double SHARE_OF_PREFILL = .02;

    private final BenchmarkHome home;
    private final Function<String, RunContext> contexts;

    @Spec
    private CommandSpec spec;

    @Option(names = "--models", split = ",", paramLabel = "NAME", defaultValue = "demo,150m", //
            description = "demo, 150m, tiny; default: ${DEFAULT-VALUE}")
    private List<String> models;

    @Option(names = "--repeats", paramLabel = "N", defaultValue = "3", //
            description = "rounds, behind one that does not count; default: ${DEFAULT-VALUE}")
    private int repeats;

    @Option(names = "--results", paramLabel = "DIR", description = "default: integration-tests/results")
    private Path results;

    private record Measurable(String name, Path directory, int tokens) {}

    /** @param contexts gives what the figures have in common for a command; called once, before anything runs */
    RaiseBenchmark(BenchmarkHome home, Function<String, RunContext> contexts) {
        this.home = home;
        this.contexts = contexts;
    }

    public static void main(String[] arguments) {
        BenchmarkHome home = BenchmarkHome.here();
        System.exit(new CommandLine(new RaiseBenchmark(home,
                command -> RunContext.here(ISSUE, command, home.root(), Ceilings.measure(), Clock.systemUTC())))
                .execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (repeats < 1) {
            throw new ParameterException(spec.commandLine(), "--repeats is " + repeats + "; allowed: 1 or more");
        }
        List<Measurable> chosen = models.stream().map(this::model).toList();
        RunContext run = contexts
                .apply(BenchmarkHome.command("raise", spec.commandLine().getParseResult().originalArgs()));
        List<Figure> figures = new ArrayList<>();
        for (Measurable model : chosen) {
            try (RaiseTimes times = new RaiseTimes(model.directory(), System::nanoTime)) {
                times.round(model.tokens(), 0);
                figures.addAll(figures(run, model, IntStream.rangeClosed(1, repeats)
                        .mapToObj(round -> times.round(model.tokens(), round)).toList()));
            }
        }
        new Figures((results == null ? home.root().resolve("integration-tests/results") : results)
                .resolve("figures.jsonl")).append(figures);
        figures.forEach(figure -> spec.commandLine().getOut().printf(Locale.ROOT, "%s: %.3f x, spread %.3f, %s %s%n",
                figure.claim(), figure.measured().median(), figure.measured().spread(),
                figure.holds() ? "holds" : "does not hold", figure.details()));
        spec.commandLine().getOut().flush();
        return 0;
    }

    private Measurable model(String name) {
        Path directory = home.target().resolve("models");
        return switch (name) {
            // The context of 8,192 must hold an answer too.
            case "demo" -> new Measurable(name, Path.of(BenchmarkHome.property("jlamadsla.demo.model")), 8_000);
            case "150m" -> new Measurable(name, RandomModel.make(directory, ModelShape.SHAPE_150M, 1), 8_192);
            case "tiny" -> new Measurable(name, RandomModel.make(directory, ModelShape.TINY, 1), 512);
            default -> throw new ParameterException(spec.commandLine(),
                    "--models has '" + name + "'; allowed: demo, 150m, tiny");
        };
    }

    private static List<Figure> figures(RunContext run, Measurable model, List<Round> rounds) {
        String on = String.format(Locale.ROOT, "%s model, request of %,d tokens at level 0: ", model.name(),
                model.tokens());
        Map<String, Double> details = Map.of("prefill s", of(rounds, Round::prefill).median(),
                "last chunk ms", milliseconds(rounds, Round::chunk),
                "raise ms, median of the layers", milliseconds(rounds, Round::medianRaise),
                "slowest raise ms", milliseconds(rounds, Round::slowestRaise));
        return List.of(
                run.figure(on + "a raise by a layer over 2 % of the prefill", Target.atMost(1),
                        of(rounds, round -> round.medianRaise() / (SHARE_OF_PREFILL * round.prefill())), details,
                        "median of the layers, over the rounds"),
                run.figure(on + "the slowest raise by a layer over a prefill chunk of " + RaiseTimes.CHUNK + " tokens",
                        Target.atMost(1), of(rounds, round -> round.slowestRaise() / round.chunk()), details,
                        "the chunk is the prompt's last; a step raises one layer of one request at most"));
    }

    private static Measured of(List<Round> rounds, ToDoubleFunction<Round> value) {
        return Measured.of(rounds.stream().mapToDouble(value).toArray(), "x");
    }

    private static double milliseconds(List<Round> rounds, ToDoubleFunction<Round> seconds) {
        return of(rounds, round -> 1e3 * seconds.applyAsDouble(round)).median();
    }
}
