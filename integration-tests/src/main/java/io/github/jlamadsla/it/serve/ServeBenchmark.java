package io.github.jlamadsla.it.serve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.ObjectMapper;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import io.github.jlamadsla.it.BenchmarkHome;
import io.github.jlamadsla.it.Ceilings;
import io.github.jlamadsla.it.Figure;
import io.github.jlamadsla.it.RunContext;
import io.github.jlamadsla.it.load.ChildJvm;

/**
 * Plays traces against servers. {@code integration-tests/run-benchmark serve} starts it; docs/benchmarks.md says how it
 * measures.
 */
@Command(name = "run-benchmark serve", mixinStandardHelpOptions = true, sortOptions = false, //
        description = "Plays the same requests against Jlama 0.8.4 behind a lock and against our servers, at 90 %% and "
                + "110 %% of what level 0 can do, and scores them.")
public final class ServeBenchmark implements Callable<Integer> {
    /** Title of the issue that asks for it. */
    static final String ISSUE = "SERVE: levels that follow the load, budgets that hold, prefixes that are read once";
    private static final String NAME = "serve";
    private static final int MOST_REQUESTS = 150;

    private final BenchmarkHome home;
    private final Function<String, RunContext> contexts;

    @Spec
    private CommandSpec spec;

    @Option(names = "--trace", paramLabel = "FILE", //
            description = "plays this trace, with the capacity and the objective that it says; unset: both are measured "
                    + "first, and a trace is made for each load")
    private Path traceFile;

    @Option(names = "--contenders", split = ",", paramLabel = "NAME", //
            defaultValue = "jlama,level-0,fixed-25,fixed-50,authors,adaptive,adaptive-50", //
            description = "default: ${DEFAULT-VALUE}")
    private List<String> contenders;

    @Option(names = "--model", paramLabel = "NAME", defaultValue = "demo", //
            description = "demo, smollm2 (where examples/get-smollm2 was run); default: ${DEFAULT-VALUE}")
    private String model;

    @Option(names = "--requests", paramLabel = "N", //
            description = "of a trace, 1 to 150; default: 150, of SmolLM2 60")
    private Integer requests;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--loads", split = ",", paramLabel = "PERCENT", defaultValue = "90,110", //
            description = "of level 0's capacity; default: ${DEFAULT-VALUE}")
    private List<Integer> loads;

    @Option(names = "--jlama-requests", paramLabel = "N", defaultValue = "40", //
            description = "Jlama plays the first so many of the first trace; default: ${DEFAULT-VALUE}")
    private int jlamaRequests;

    @Option(names = "--sample", paramLabel = "N", defaultValue = "40", //
            description = "requests that the capacity is measured with; default: ${DEFAULT-VALUE}")
    private int sample;

    @Option(names = "--memory", paramLabel = "MB", defaultValue = "0", //
            description = "budget of our servers; default: two full contexts at level 0")
    private int memory;

    @Option(names = "--cpus", paramLabel = "N", defaultValue = "0", //
            description = "all servers of a trace at once, each bound to so many processors of its own by taskset; "
                    + "default: one after another, not bound")
    private int cpus;

    @Option(names = "--repeats", paramLabel = "N", defaultValue = "1", //
            description = "rounds; each server plays the trace once in each; default: ${DEFAULT-VALUE}")
    private int repeats;

    @Option(names = "--limit", paramLabel = "MINUTES", defaultValue = "60", //
            description = "of one process; default: ${DEFAULT-VALUE}")
    private int limit;

    @Option(names = "--results", paramLabel = "DIR", description = "default: integration-tests/results")
    private Path results;

    /** @param contexts gives what the figures have in common for a command; called once, before anything runs */
    ServeBenchmark(BenchmarkHome home, Function<String, RunContext> contexts) {
        this.home = home;
        this.contexts = contexts;
    }

    public static void main(String[] arguments) {
        BenchmarkHome home = BenchmarkHome.here();
        System.exit(new CommandLine(new ServeBenchmark(home,
                command -> RunContext.here(ISSUE, command, home.root(), Ceilings.measure(), Clock.systemUTC())))
                .execute(arguments));
    }

    @Override
    public Integer call() {
        List<ServeContender> servers = check();
        Lanes lanes = lanes();
        ServedModel served = ServedModel.open(model, directory());
        Path folder = results == null ? home.root().resolve("integration-tests/results") : results;
        List<Trace> given = traceFile == null ? List.of() : List.of(given());
        RunContext run = contexts
                .apply(BenchmarkHome.command(NAME, spec.commandLine().getParseResult().originalArgs()));
        List<Trace> traces = traceFile == null ? make(served, lanes) : given;
        List<TraceRuns> all = new ArrayList<>();
        for (Trace trace : traces) {
            // Before the first run, the objective with it.
            Path file = folder.resolve(ServeReport.file(trace));
            TraceFile.write(trace, file);
            all.add(play(trace, file, served, jobs(trace, servers, all.isEmpty()), lanes));
        }
        List<Figure> figures = all.stream().flatMap(runs -> new ServeFigures(run, runs).all().stream()).toList();
        String report = new ServeReport(run, all).markdown();
        home.publish(folder, served.isDemo() ? NAME + ".md" : NAME + "-" + model + ".md", figures, report);
        spec.commandLine().getOut().println(report);
        // Last: a machine without fonts cannot draw, and what was measured must not be lost by that.
        all.forEach(runs -> TimeLine.write(runs, folder.resolve(ServeReport.picture(runs.trace()))));
        return 0;
    }

    private List<ServeContender> check() {
        int most = requests == null ? 1 : requests;
        if (most < 1 || most > MOST_REQUESTS || jlamaRequests < 1 || sample < 1 || memory < 0 || limit < 1
                || repeats < 1
                || loads.isEmpty() || loads.stream().anyMatch(load -> load < 1 || load > 1_000)) {
            throw new ParameterException(spec.commandLine(),
                    "allowed: 1 to 150 requests, 1 or more of Jlama and of the "
                            + "sample, loads of 1 to 1,000 %, 0 MB or more, 1 round or more, 1 minute or more");
        }
        if (!List.of(ServedModel.DEMO, ServedModel.SMOLLM2).contains(model)) {
            throw new ParameterException(spec.commandLine(), "--model is '" + model + "'; allowed: demo, smollm2");
        }
        try {
            return contenders.stream().map(ServeContender::named).toList();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private Lanes lanes() {
        try {
            return new Lanes(cpus, Runtime.getRuntime().availableProcessors());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--cpus: " + e.getMessage());
        }
    }

    private Path directory() {
        if (model.equals(ServedModel.DEMO)) {
            return Path.of(BenchmarkHome.property("jlamadsla.demo.model"));
        }
        Path smollm2 = home.root().resolve("examples/smollm2");
        if (!Files.isDirectory(smollm2)) {
            throw new ParameterException(spec.commandLine(),
                    "--model is smollm2, but there is no " + smollm2 + "; examples/get-smollm2 makes it");
        }
        return smollm2;
    }

    private Trace given() {
        Trace trace = TraceFile.read(traceFile);
        if (!trace.header().model().equals(model)) {
            throw new ParameterException(spec.commandLine(), "--trace " + traceFile + " is for "
                    + trace.header().model() + "; allowed: a trace for --model " + model);
        }
        return requests == null ? trace : trace.first(requests);
    }

    private List<Trace> make(ServedModel served, Lanes lanes) {
        int count = requests == null ? served.usualRequests() : requests;
        long bytes = memory > 0 ? (long) memory << 20 : served.usualMemory();
        AtomicReference<String> line = new AtomicReference<>();
        String ending = child(lanes.launcher(0), "calibration",
                List.of(model, served.directory().toString(), String.valueOf(seed),
                        String.valueOf(count), String.valueOf(bytes), String.valueOf(sample)),
                CalibrationProcess.class,
                each -> {
                    if (each.startsWith(CalibrationProcess.MARK)) {
                        line.set(each.substring(CalibrationProcess.MARK.length()));
                    }
                });
        if (line.get() == null) {
            throw new IllegalStateException("the calibration " + ending);
        }
        try {
            Calibration calibration = new ObjectMapper().readValue(line.get(), Calibration.class);
            say("level 0 ends %.3f requests/s%n", calibration.capacity());
            TraceGenerator generator = new TraceGenerator(seed, served.context(), served.lengthScale());
            return loads.stream().map(load -> generator.trace(count, model, load / 100.0, calibration.capacity(), bytes,
                    calibration.unloaded())).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the calibration said " + line.get(), e);
        }
    }

    /** @param requests the first so many of the trace */
    private record Job(ServeContender contender, int requests, int round) {}

    /** @param first Jlama plays the first trace alone, and adaptive its same requests */
    private List<Job> jobs(Trace trace, List<ServeContender> servers, boolean first) {
        return IntStream.rangeClosed(1, repeats).boxed()
                .flatMap(round -> jobs(trace, servers, first, round).stream()).toList();
    }

    private List<Job> jobs(Trace trace, List<ServeContender> servers, boolean first, int round) {
        int all = trace.requests().size();
        int few = Math.min(jlamaRequests, all);
        List<Job> jobs = new ArrayList<>();
        for (ServeContender contender : servers) {
            if (contender != ServeContender.JLAMA) {
                jobs.add(new Job(contender, all, round));
            } else if (first) {
                jobs.add(new Job(contender, few, round));
            }
        }
        if (first && few < all && servers.containsAll(List.of(ServeContender.JLAMA, ServeContender.ADAPTIVE))) {
            jobs.add(new Job(ServeContender.ADAPTIVE, few, round));
        }
        return jobs;
    }

    private TraceRuns play(Trace trace, Path file, ServedModel served, List<Job> jobs, Lanes lanes) {
        return new TraceRuns(trace,
                lanes.run(jobs, job -> launcher -> run(launcher, job, trace, file, served)));
    }

    private ServeRun run(List<String> launcher, Job job, Trace trace, Path file, ServedModel served) {
        ServeContender contender = job.contender();
        RunLog log = new RunLog();
        Trace played = trace.first(job.requests());
        log.ended(child(launcher, contender.option() + "-" + Math.round(100 * trace.header().load()) + "-"
                + job.requests() + "-" + job.round(),
                List.of(contender.name(), model, served.directory().toString(), file.toString(),
                        String.valueOf(job.requests())),
                ServeProcess.class, log::line));
        RunScores scores = RunScores.of(played, log,
                contender == ServeContender.JLAMA ? null : new NatsLoss(served.quality()));
        say("%s, %s, %d requests: %d answered, %.1f ms/token, %.0f %% within the objective %s%n", contender.title(),
                trace.header().loadName(), job.requests(), scores.counts().answered(),
                1e3 * scores.latencyPerToken(), 100 * scores.within().value(), log.ending());
        return new ServeRun(contender, job.round(), played, log, scores);
    }

    private String child(List<String> launcher, String what, List<String> arguments, Class<?> program,
            Consumer<String> to) {
        List<String> flags = new ArrayList<>(home.jvmFlags());
        flags.addAll(List.of("-Xmx4g", "-Djlamadsla.demo.model=" + BenchmarkHome.property("jlamadsla.demo.model")));
        return new ChildJvm(launcher, flags, Duration.ofMinutes(limit), home.target().resolve(NAME + "-" + model + "-"
                + what + ".log")).run(program, arguments, to);
    }

    private void say(String format, Object... values) {
        spec.commandLine().getErr().printf(Locale.ROOT, format, values);
        spec.commandLine().getErr().flush();
    }
}
