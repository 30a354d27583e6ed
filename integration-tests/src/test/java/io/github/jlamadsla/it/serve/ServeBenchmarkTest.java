package io.github.jlamadsla.it.serve;

import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import io.github.jlamadsla.engine.LevelChange;
import io.github.jlamadsla.it.BenchmarkHome;
import io.github.jlamadsla.it.Ceilings;
import io.github.jlamadsla.it.Figure;
import io.github.jlamadsla.it.Figures;
import io.github.jlamadsla.it.RunContext;
import io.github.jlamadsla.it.Target;
import io.github.jlamadsla.it.serve.Outcome.End;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** The benchmark at a small size, from trace to figures, and what it makes of runs that are made up. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ServeBenchmarkTest {
    private static final Unloaded UNLOADED = new Unloaded(List.of(new Unloaded.Point(100, .5, .05)));
    private static final long MEMORY = 16L << 20;

    @TempDir
    Path directory;

    private final StringWriter output = new StringWriter();

    @Test
    void sixRequestsAgainstTwoServers() throws Exception {
        List<TraceRequest> requests = IntStream.range(0, 6).mapToObj(i -> new TraceRequest(i, .05 * i, 130 + 20 * i, 12,
                i, i == 5 ? Phase.CANCEL_STORM : Phase.BURST, i == 5 ? .001 : 0, i == 4 ? 5 : 0)).toList();
        Path trace = directory.resolve("trace.jsonl");
        TraceFile.write(new Trace(header(6, 1.1, MEMORY), requests), trace);

        assertThat(run("--trace", trace.toString(), "--contenders", "level-0,adaptive", "--results",
                directory.toString())).as(output.toString()).isZero();

        List<Figure> figures = new Figures(directory.resolve("figures.jsonl")).read();
        assertThat(figures).filteredOn(figure -> figure.target() != null).extracting(Figure::claim)
                .allMatch(claim -> claim.startsWith("demo model, trace of 6 requests at 110 %"))
                .anyMatch(claim -> claim.endsWith("latency per token, level 0 over adaptive"))
                .anyMatch(claim -> claim.contains("exact McNemar test"))
                .anyMatch(claim -> claim.endsWith("of any of our servers over the budget"));
        assertThat(figures).filteredOn(figure -> figure.claim().contains("budget")).singleElement()
                .matches(figure -> figure.holds() && figure.measured().median() > 0);
        assertThat(figures).filteredOn(figure -> figure.claim().endsWith(", latency per token")).hasSize(2)
                .allSatisfy(figure -> {
                    assertThat(figure.measured().median()).isPositive();
                    assertThat(figure.details()).containsEntry("failed", 0.0).containsEntry("refused", 0.0)
                            .containsKeys("first token s p99", "per token s p50",
                                    "prediction of the first token, relative error", "right %", "tokens/s");
                });
        assertThat(Files.readString(directory.resolve("serve.md"))).contains("## demo model at 110 %", "| level 0 |",
                "| adaptive |", "serve-demo-110.png");
        assertThat(TraceFile.read(directory.resolve("serve-demo-110.jsonl"))).isEqualTo(TraceFile.read(trace));
        BufferedImage picture = ImageIO.read(directory.resolve("serve-demo-110.png").toFile());
        assertThat(picture.getWidth()).isEqualTo(TimeLine.WIDTH);
        assertThat(picture.getHeight()).isEqualTo(3 * TimeLine.PANEL_HEIGHT);
    }

    @Test
    void targetsAreThoseOfTheIssue() {
        TraceRuns runs = new TraceRuns(new Trace(header(2, 1.1, 1_000), requests()), List.of(
                run(ServeContender.JLAMA, 0, 10, .8, 0), run(ServeContender.LEVEL_0, 0, 3, .9, 900),
                run(ServeContender.FIXED_25, 2, 2.5, .1, 500), run(ServeContender.FIXED_50, 4, 2, .04, 400),
                run(ServeContender.ADAPTIVE, 2, 2, .04, 800)));

        List<Figure> held = new ServeFigures(context("a command"), runs).all().stream().filter(f -> f.target() != null)
                .toList();

        assertThat(held).extracting(Figure::target).containsExactly(Target.atLeast(2.3), Target.atLeast(1.2),
                Target.atLeast(0), Target.atLeast(-3), Target.atLeast(1e-6), Target.atLeast(.05), Target.atMost(1));
        assertThat(held.get(0).measured().median()).isCloseTo((10 + 2 * .8) / (2 + 2 * .04), within(1e-4));
        assertThat(held.get(1).measured().median()).isCloseTo((3 + 2 * .9) / (2 + 2 * .04), within(1e-4));
        assertThat(held.get(2).measured().median()).isEqualTo(100);
        assertThat(held.get(3).measured().median()).isZero();
        assertThat(held.get(5).measured().median()).isEqualTo(1);
        assertThat(held.get(6).measured().median()).isEqualTo(.9);
        assertThat(new ServeReport(context("a command"), List.of(runs)).markdown())
                .contains("| Jlama 0.8.4 behind a lock |", "| 25 % |", "at least 2.30", "| adaptive | ", "| yes |");
    }

    @Test
    void ofSeveralRoundsTheMedianCountsButOfBytesTheMost() {
        TraceRuns runs = new TraceRuns(new Trace(header(2, 1.1, 1_000), requests()), List.of(
                run(ServeContender.LEVEL_0, 1, 0, 3, .9, 900), run(ServeContender.ADAPTIVE, 1, 2, 2, .04, 800),
                run(ServeContender.LEVEL_0, 2, 0, 3, .9, 900), run(ServeContender.ADAPTIVE, 2, 2, 6, .04, 800),
                run(ServeContender.LEVEL_0, 3, 0, 3, .9, 1_001), run(ServeContender.ADAPTIVE, 3, 2, 3, .04, 800)));

        List<Figure> figures = new ServeFigures(context("a command"), runs).all();

        assertThat(figures).filteredOn(f -> f.claim().endsWith("latency per token, level 0 over adaptive"))
                .singleElement().satisfies(f -> {
                    assertThat(f.measured().repeats()).isEqualTo(3);
                    assertThat(f.measured().median()).isCloseTo(4.8 / 3.08, within(1e-4));
                    assertThat(f.measured().spread()).isCloseTo(4.8 / 2.08 - 4.8 / 6.08, within(1e-4));
                });
        assertThat(figures).filteredOn(f -> f.claim().contains("over the budget")).singleElement()
                .matches(f -> !f.holds() && f.measured().median() > 1);
        assertThat(new ServeReport(context("a command"), List.of(runs)).markdown())
                .contains("| level 0 (1) |", "| adaptive (3) |", "x, spread 1.52 of 3 |");
    }

    @Test
    void aServerThatCrashedIsAFigureWithItsReason() {
        RunLog log = new RunLog();
        log.ended("ended with exit code 134");
        Trace trace = new Trace(header(2, .9, 1_000), requests());
        TraceRuns runs = new TraceRuns(trace, List.of(
                new ServeRun(ServeContender.JLAMA, 1, trace, log, RunScores.of(trace, log, null))));

        assertThat(new ServeFigures(context("a command"), runs).all()).singleElement().satisfies(figure -> {
            assertThat(figure.measured()).isNull();
            assertThat(figure.note()).isEqualTo("ended with exit code 134");
        });
        assertThat(new ServeReport(context("a command"), List.of(runs)).markdown())
                .contains("the process ended with exit code 134");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThat(run("--model", "huge")).isEqualTo(2);
        assertThat(run("--contenders", "best")).isEqualTo(2);
        assertThat(run("--requests", "151")).isEqualTo(2);
        assertThat(run("--cpus", "100000")).isEqualTo(2);
        assertThat(run("--repeats", "0")).isEqualTo(2);
        assertThat(output.toString()).contains("'huge'; allowed: demo, smollm2", "'best'; allowed: jlama",
                "1 to 150 requests", "--cpus: 100000 processors for each server; allowed: 0 (not bound) to ");
    }

    @Test
    void divergenceIsOfTheAnswersAlone() {
        ServedModel model = ServedModel.open(ServedModel.DEMO, Path.of(System.getProperty("jlamadsla.demo.model")));
        TracePrompt whole = model.prompts(List.of(new TraceRequest(0, 0, 140, 4, 1, Phase.STEADY, 0, 0))).getFirst();
        List<TracePrompt> prompts = List.of(
                new TracePrompt(whole.request(), whole.tokens().subList(0, 16), whole.chat()));
        List<Integer> answer = whole.tokens().subList(16, 24);

        AnswerDivergence base = AnswerDivergence.measure(model, prompts, List.of(outcome(0, 0, 1, .1, answer)));
        AnswerDivergence top = AnswerDivergence.measure(model, prompts, List.of(outcome(0, 6, 1, .1, answer)));

        assertThat(base).isEqualTo(new AnswerDivergence(0, 1));
        assertThat(top.answers()).isEqualTo(1);
        assertThat(top.nats()).isBetween(1e-6, 2.0);
    }

    private static List<TraceRequest> requests() {
        return List.of(new TraceRequest(0, 0, 100, 3, 1, Phase.STEADY, 0, 0),
                new TraceRequest(1, 0, 100, 3, 2, Phase.STEADY, 0, 0));
    }

    /** Both requests begin at once, hear their first token at the same time, and two more. */
    private static ServeRun run(ServeContender contender, int level, double first, double perToken, long peak) {
        return run(contender, 1, level, first, perToken, peak);
    }

    private static ServeRun run(ServeContender contender, int round, int level, double first, double perToken,
            long peak) {
        RunLog log = new RunLog();
        for (int id = 0; id < 2; id++) {
            log.line(RunLog.line(outcome(id, level, first, perToken, List.of(1, 2, 3))));
        }
        log.line(RunLog.line(new LoadSample(0, 2, 2, peak)));
        log.line(RunLog.line(new RunLog.Totals(peak, .25, -1, 0)));
        Trace trace = new Trace(header(2, 1.1, 1_000), requests());
        NatsLoss loss = new NatsLoss(ServedModel
                .open(ServedModel.DEMO, Path.of(System.getProperty("jlamadsla.demo.model"))).quality());
        return new ServeRun(contender, round, trace, log,
                RunScores.of(trace, log, contender == ServeContender.JLAMA ? null : loss));
    }

    private static Outcome outcome(int id, int level, double first, double perToken, List<Integer> answer) {
        return new Outcome(id, End.ANSWERED, 0, 0, first, first + (answer.size() - 1) * perToken, 100, answer,
                List.of(new LevelChange(0, level)), true, "");
    }

    private static TraceHeader header(int requests, double load, long memory) {
        return new TraceHeader("demo", 1, requests, load, 2, memory, Objective.of(UNLOADED), "by hand");
    }

    private static RunContext context(String command) {
        return new RunContext("An issue", command, "c0ffee", "a CPU", new Ceilings(100, 20, 2), "25",
                "2026-11-24T09:00:00Z");
    }

    private int run(String... arguments) {
        BenchmarkHome home = new BenchmarkHome(Path.of(System.getProperty("jlamadsla.root")),
                List.of(System.getProperty("jlamadsla.jvm.flags").split(" ")));
        return new CommandLine(new ServeBenchmark(home, ServeBenchmarkTest::context))
                .setOut(new PrintWriter(output)).setErr(new PrintWriter(output)).execute(arguments);
    }
}
