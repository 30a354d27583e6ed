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

import io.github.jlamadsla.it.BenchmarkHome;
import io.github.jlamadsla.it.Ceilings;
import io.github.jlamadsla.it.RunContext;

/**
 * The same requests on one Jlama model, and on one of ours, from several threads: how many answers are those given
 * alone. {@code integration-tests/run-benchmark many-requests} starts it; docs/benchmarks.md says how it counts.
 */
@Command(name = "run-benchmark many-requests", mixinStandardHelpOptions = true, sortOptions = false, //
        description = "Counts right answers of Jlama 0.8.4 and of jlama-dsla to many requests at once.")
public final class ManyRequestsBenchmark implements Callable<Integer> {
    /** Title of the issue that asks for it. */
    static final String ISSUE = "Many requests at once, right to the bit";
    private static final String NAME = "many-requests";
    private static final String ENGINE_FLAGS = "-Xmx6g -Dorg.slf4j.simpleLogger.defaultLogLevel=warn";

    private final BenchmarkHome home;
    private final Function<String, RunContext> contexts;

    @Spec
    private CommandSpec spec;

    @Option(names = "--threads", split = ",", paramLabel = "N", defaultValue = "1,2,4,8", //
            description = "threads that ask; default: ${DEFAULT-VALUE}")
    private List<Integer> threads;

    @Option(names = "--requests", paramLabel = "N", defaultValue = "200", description = "default: ${DEFAULT-VALUE}")
    private int requests;

    @Option(names = "--longest", paramLabel = "TOKENS", defaultValue = "500", //
            description = "of a prompt, 8 to 4,000; default: ${DEFAULT-VALUE}")
    private int longest;

    @Option(names = "--repeats", paramLabel = "N", defaultValue = "3", //
            description = "processes of each engine and number of threads; default: ${DEFAULT-VALUE}")
    private int repeats;

    @Option(names = "--limit", paramLabel = "MINUTES", defaultValue = "15", //
            description = "of one process; default: ${DEFAULT-VALUE}")
    private int limit;

    @Option(names = "--results", paramLabel = "DIR", description = "default: integration-tests/results")
    private Path results;

    /** @param contexts gives what the figures have in common for a command; called once, before anything runs */
    ManyRequestsBenchmark(BenchmarkHome home, Function<String, RunContext> contexts) {
        this.home = home;
        this.contexts = contexts;
    }

    public static void main(String[] arguments) {
        BenchmarkHome home = BenchmarkHome.here();
        System.exit(new CommandLine(new ManyRequestsBenchmark(home,
                command -> RunContext.here(ISSUE, command, home.root(), Ceilings.measure(), Clock.systemUTC())))
                .execute(arguments));
    }

    /** @return 0, or 1 if one of our answers was not right */
    @Override
    public Integer call() {
        if (requests < 1 || repeats < 1 || limit < 1 || longest < 8 || longest > 4_000
                || threads.stream().anyMatch(n -> n < 1)) {
            throw new ParameterException(spec.commandLine(),
                    "allowed: 1 or more requests, repeats, minutes and threads, a longest prompt of 8 to 4,000 tokens");
        }
        Path model = Path.of(BenchmarkHome.property("jlamadsla.demo.model"));
        RunContext run = contexts
                .apply(BenchmarkHome.command(NAME, spec.commandLine().getParseResult().originalArgs()));
        List<ManyRequestsReport.Row> rows = new ArrayList<>();
        for (AnsweringKind engine : AnsweringKind.values()) {
            for (int count : threads) {
                List<Tally> tallies = new ArrayList<>();
                for (int i = 0; i < repeats; i++) {
                    tallies.add(ask(engine, model, count, i));
                }
                rows.add(new ManyRequestsReport.Row(engine, count, tallies));
            }
        }
        ManyRequestsReport report = new ManyRequestsReport(run, rows, requests, longest);
        home.publish(results, NAME + ".md", report.figures(), report.markdown());
        spec.commandLine().getOut().println(report.markdown());
        return rows.stream().filter(row -> row.engine() == AnsweringKind.OWN).allMatch(ManyRequestsReport.Row::allRight)
                ? 0
                : 1;
    }

    private Tally ask(AnsweringKind engine, Path model, int count, int repeat) {
        List<String> flags = new ArrayList<>(home.jvmFlags());
        flags.addAll(List.of(ENGINE_FLAGS.split(" ")));
        Path log = home.target().resolve(
                NAME + "-" + engine.name().toLowerCase() + "-" + count + "-" + (repeat + 1) + ".log");
        Tally tally = new Tally(requests);
        tally.ended(new ChildJvm(List.of(), flags, Duration.ofMinutes(limit), log).run(AnsweringProcess.class,
                List.of(engine.name(), model.toString(), String.valueOf(count), String.valueOf(requests),
                        String.valueOf(longest)),
                tally::line));
        spec.commandLine().getErr().printf("%s, %d threads, process %d of %d: %s%n", engine.title(), count, repeat + 1,
                repeats, ManyRequestsReport.summary(tally));
        return tally;
    }
}
