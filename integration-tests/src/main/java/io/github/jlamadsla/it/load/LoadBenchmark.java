package io.github.jlamadsla.it.load;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.it.BenchmarkHome;
import io.github.jlamadsla.it.Ceilings;
import io.github.jlamadsla.it.RunContext;
import io.github.jlamadsla.it.e2e.ModelShape;
import io.github.jlamadsla.it.e2e.RandomModel;

/**
 * Our engine under load: eight requests at once against the same one after another, and what a long prompt costs those
 * that are being answered. {@code integration-tests/run-benchmark load} starts it; docs/benchmarks.md says how it
 * measures.
 */
@Command(name = "run-benchmark load", mixinStandardHelpOptions = true, sortOptions = false, //
        description = "Times eight requests at once, and with a long prompt among them, at level 0.")
public final class LoadBenchmark implements Callable<Integer> {
    private static final String NAME = "load";
    private static final int STREAMS = 8;

    private final BenchmarkHome home;
    private final Function<String, RunContext> contexts;

    @Spec
    private CommandSpec spec;

    @Option(names = "--model", paramLabel = "NAME", defaultValue = "150m", //
            description = "150m, tiny; default: ${DEFAULT-VALUE}")
    private String model;

    @Option(names = "--repeats", paramLabel = "N", defaultValue = "5", description = "default: ${DEFAULT-VALUE}")
    private int repeats;

    @Option(names = "--in", paramLabel = "TOKENS", defaultValue = "128", //
            description = "of each prompt; default: ${DEFAULT-VALUE}")
    private int in;

    @Option(names = "--out", paramLabel = "TOKENS", defaultValue = "128", //
            description = "of each answer; default: ${DEFAULT-VALUE}")
    private int out;

    @Option(names = "--long", paramLabel = "TOKENS", defaultValue = "8192", //
            description = "of the long prompt; default: ${DEFAULT-VALUE}")
    private int longPrompt;

    @Option(names = "--warm-up", paramLabel = "SECONDS", defaultValue = "20", description = "default: ${DEFAULT-VALUE}")
    private int warmUp;

    @Option(names = "--results", paramLabel = "DIR", description = "default: integration-tests/results")
    private Path results;

    /** @param contexts gives what the figures have in common for a command; called once, before anything runs */
    LoadBenchmark(BenchmarkHome home, Function<String, RunContext> contexts) {
        this.home = home;
        this.contexts = contexts;
    }

    public static void main(String[] arguments) {
        BenchmarkHome home = BenchmarkHome.here();
        System.exit(new CommandLine(new LoadBenchmark(home, command -> RunContext.here(ManyRequestsBenchmark.ISSUE,
                command, home.root(), Ceilings.measure(), Clock.systemUTC()))).execute(arguments));
    }

    @Override
    public Integer call() {
        ModelShape shape = shape();
        Path directory = RandomModel.make(home.target().resolve("models"), shape, 1);
        RunContext run = contexts
                .apply(BenchmarkHome.command(NAME, spec.commandLine().getParseResult().originalArgs()));
        List<LoadRound> rounds = new ArrayList<>();
        try (DslaRuntime runtime = DslaRuntime.builder().modelDirectory(directory).prefixCache(0).build()) {
            LoadTrial trial = new LoadTrial(runtime, STREAMS, in, out, longPrompt);
            long begin = System.nanoTime();
            int number = 0;
            do {
                timed("warm-up", trial, number++);
            } while (System.nanoTime() - begin < Duration.ofSeconds(warmUp).toNanos());
            while (rounds.size() < repeats) {
                rounds.add(timed("round " + (rounds.size() + 1) + " of " + repeats, trial, number++));
            }
        }
        LoadReport report = new LoadReport(run, shape, in, out, longPrompt, rounds);
        home.publish(results, NAME + ".md", report.figures(), report.markdown());
        spec.commandLine().getOut().println(report.markdown());
        return 0;
    }

    private ModelShape shape() {
        ModelShape shape = switch (model) {
            case "150m" -> ModelShape.SHAPE_150M;
            case "tiny" -> ModelShape.TINY;
            default -> throw new ParameterException(spec.commandLine(),
                    "--model is '" + model + "'; allowed: 150m, tiny");
        };
        if (repeats < 1 || in < 1 || out < 8 || longPrompt < 1 || longPrompt >= shape.context()
                || in + out > shape.context()) {
            throw new ParameterException(spec.commandLine(), "allowed: 1 repeat or more, prompts of 1 token or more, "
                    + "answers of 8 or more, all within the context of " + shape.context());
        }
        return shape;
    }

    private LoadRound timed(String what, LoadTrial trial, int number) {
        LoadRound round = trial.round(number);
        spec.commandLine().getErr().printf("%s: one by one %.2f s, together %.2f s; rise %.2f and %.2f chunks%n", what,
                round.oneByOne(), round.together(), round.medianRise(), round.largestRise());
        return round;
    }
}
