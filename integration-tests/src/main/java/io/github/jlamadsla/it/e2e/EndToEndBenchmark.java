package io.github.jlamadsla.it.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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

import io.github.jlamadsla.it.BenchmarkHome;
import io.github.jlamadsla.it.Ceilings;
import io.github.jlamadsla.it.Figure;
import io.github.jlamadsla.it.Figures;
import io.github.jlamadsla.it.RunContext;

/**
 * Jlama and ours on the same models in the same run: measures the machine, then both, prints a table and appends
 * figures. {@code integration-tests/run-benchmark end-to-end} starts it; docs/benchmarks.md says how it measures.
 */
@Command(name = "run-benchmark end-to-end", mixinStandardHelpOptions = true, sortOptions = false, //
        description = "Times prefill and decode of Jlama 0.8.4 and of jlama-dsla at levels 0 and 50 %%.")
public final class EndToEndBenchmark implements Callable<Integer> {
    private static final String ISSUE = "A long story, read and answered by a hybrid Llama through LangChain4j";
    private static final String COMMAND = "integration-tests/run-benchmark end-to-end";
    /** Room, and what the engines say about the kernels they chose. */
    private static final String ENGINE_FLAGS = " -Xmx4g -Dorg.slf4j.simpleLogger.defaultLogLevel=info";
    private static final Duration TRIAL_LIMIT = Duration.ofMinutes(15);

    private final Path root;
    private final List<String> jvmFlags;
    private final Function<String, RunContext> contexts;

    @Spec
    private CommandSpec spec;

    @Option(names = "--models", split = ",", paramLabel = "NAME", defaultValue = "demo,150m", //
            description = "demo, 150m, tiny; default: ${DEFAULT-VALUE}")
    private List<String> models;

    @Option(names = "--repeats", paramLabel = "N", defaultValue = "3", description = "default: ${DEFAULT-VALUE}")
    private int repeats;

    @Option(names = "--jlama-long-repeats", paramLabel = "N", defaultValue = "1", //
            description = "of them, how often Jlama reads the longest prompt; default: ${DEFAULT-VALUE}")
    private int longRepeats;

    @Option(names = "--decode-steps", paramLabel = "N", defaultValue = "32", description = "default: ${DEFAULT-VALUE}")
    private int decodeSteps;

    @Option(names = "--warm-up", paramLabel = "SECONDS", defaultValue = "8", description = "default: ${DEFAULT-VALUE}")
    private int warmUp;

    @Option(names = "--with-32k", description = "ours reads 32,000 tokens, too (150m): some minutes more")
    private boolean withLongContext;

    @Option(names = "--results", paramLabel = "DIR", description = "default: integration-tests/results")
    private Path results;

    /**
     * @param root of the checkout
     * @param jvmFlags of the engines' JVMs
     * @param contexts gives what the figures have in common for a command; called once, before anything runs
     */
    EndToEndBenchmark(Path root, List<String> jvmFlags, Function<String, RunContext> contexts) {
        this.root = root;
        this.jvmFlags = List.copyOf(jvmFlags);
        this.contexts = contexts;
    }

    public static void main(String[] arguments) {
        Path root = Path.of(BenchmarkHome.property("jlamadsla.root"));
        List<String> flags = List.of((BenchmarkHome.property("jlamadsla.jvm.flags") + ENGINE_FLAGS).split(" "));
        System.exit(new CommandLine(new EndToEndBenchmark(root, flags, command -> {
            Ceilings ceilings = Ceilings.measure();
            return RunContext.here(ISSUE, command, root, ceilings, Clock.systemUTC());
        })).execute(arguments));
    }

    /** @return 0, or 1 if our engine failed */
    @Override
    public Integer call() {
        Plan plan = plan();
        Path target = root.resolve("integration-tests/target");
        List<BenchmarkModel> chosen = models.stream().map(name -> model(name, target.resolve("models"))).toList();
        RunContext run = contexts.apply(command());
        List<Results> all = new ArrayList<>();
        for (BenchmarkModel model : chosen) {
            all.add(new Comparison(plan, spec.commandLine().getErr()::println).run(model,
                    kind -> EngineProcess.start(kind,
                            model.directory(), jvmFlags, TRIAL_LIMIT,
                            target.resolve("benchmark-" + model.name() + "-" + kind.name().toLowerCase() + ".log"))));
        }
        publish(run, all);
        return all.stream().allMatch(EndToEndBenchmark::isOursFine) ? 0 : 1;
    }

    private Plan plan() {
        try {
            return new Plan(repeats, longRepeats, decodeSteps, Duration.ofSeconds(warmUp), withLongContext);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private BenchmarkModel model(String name, Path directory) {
        return switch (name) {
            case "demo" -> BenchmarkModel.demo(Path.of(BenchmarkHome.property("jlamadsla.demo.model")));
            case "150m" -> BenchmarkModel.random150M(directory);
            case "tiny" -> BenchmarkModel.tiny(directory);
            default -> throw new ParameterException(spec.commandLine(),
                    "--models has '" + name + "'; allowed: demo, 150m, tiny");
        };
    }

    private String command() {
        List<String> words = new ArrayList<>(List.of(COMMAND));
        words.addAll(spec.commandLine().getParseResult().originalArgs());
        return String.join(" ", words);
    }

    private void publish(RunContext run, List<Results> all) {
        Path directory = results == null ? root.resolve("integration-tests/results") : results;
        List<Figure> figures = all.stream().flatMap(each -> Claims.of(run, each).stream()).toList();
        new Figures(directory.resolve("figures.jsonl")).append(figures);
        String markdown = Report.markdown(run, all);
        spec.commandLine().getOut().println(markdown);
        try {
            Files.writeString(directory.resolve("end-to-end.md"), markdown);
        } catch (IOException e) {
            throw new UncheckedIOException(directory + ": cannot be written: " + e, e);
        }
    }

    /** Jlama's failure is a result, ours a defect. */
    private static boolean isOursFine(Results results) {
        return results.failure(Contender.LEVEL_0).isEmpty() && results.failure(results.half()).isEmpty();
    }
}
