package io.github.jlamadsla.it.load;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import io.github.jlamadsla.it.BenchmarkHome;
import io.github.jlamadsla.it.Ceilings;
import io.github.jlamadsla.it.Figure;
import io.github.jlamadsla.it.Figures;
import io.github.jlamadsla.it.RunContext;
import io.github.jlamadsla.it.Target;
import io.github.jlamadsla.it.e2e.ModelShape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

/** The programs of the load benchmarks at a small size, and what they make of their numbers. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LoadBenchmarksTest {
    private static final List<String> JVM_FLAGS = List.of(System.getProperty("jlamadsla.jvm.flags").split(" "));

    @TempDir
    Path directory;

    private final StringWriter output = new StringWriter();

    @Test
    void eightStreamsAndALongPrompt() throws Exception {
        assertThat(run(new LoadBenchmark(home(), LoadBenchmarksTest::context), "--model", "tiny", "--repeats", "2",
                "--warm-up", "0", "--in", "16", "--out", "512", "--long", "2048", "--results", directory.toString()))
                .isZero();

        List<Figure> figures = new Figures(directory.resolve("figures.jsonl")).read();
        assertThat(figures).hasSize(3).allSatisfy(figure -> {
            assertThat(figure.target()).isNull();
            assertThat(figure.measured().repeats()).isEqualTo(2);
            assertThat(figure.command()).startsWith("integration-tests/run-benchmark load --model tiny");
        });
        assertThat(Files.readString(directory.resolve("load.md"))).contains("tiny model",
                "at once / one after another");
        assertThat(output.toString()).contains("round 2 of 2");
    }

    @Test
    void ourAnswersAreRightAndJlamasAreCounted() throws Exception {
        assertThat(run(new ManyRequestsBenchmark(home(), LoadBenchmarksTest::context), "--threads", "1,4",
                "--requests", "12", "--longest", "32", "--repeats", "1", "--results", directory.toString())).isZero();

        List<Figure> figures = new Figures(directory.resolve("figures.jsonl")).read();
        assertThat(figures).hasSize(4).allSatisfy(
                figure -> assertThat(figure.details().get("right") + figure.details().get("wrong")
                        + figure.details().get("exceptions") + figure.details().get("lost")).isEqualTo(12));
        // Alone, Jlama repeats itself; several threads may or may not get it wrong in so few requests.
        assertThat(figures.getFirst().measured().median()).isEqualTo(100);
        assertThat(figures.subList(2, 4)).allSatisfy(figure -> {
            assertThat(figure.target()).isEqualTo(Target.atLeast(100));
            assertThat(figure.holds()).isTrue();
        });
        assertThat(Files.readString(directory.resolve("many-requests.md")))
                .contains("| Jlama 0.8.4 | 1 | 1 | 12 | 0 | 0 | 0 | 0 |",
                        "| jlama-dsla | 4 | 1 | 12 | 0 | 0 | 0 | 0 |");
    }

    @Test
    void whatAProcessDidNotAnswerIsLost() {
        Tally tally = new Tally(5);
        List.of("hello", "@outcome RIGHT", "@outcome WRONG", "@outcome EXCEPTION java.lang.Error: BAD M")
                .forEach(tally::line);
        tally.ended(new ChildJvm(List.of(), JVM_FLAGS, Duration.ofMinutes(1), directory.resolve("log"))
                .run(AnsweringProcess.class, List.of("OWN", directory.toString(), "1", "1", "8"), tally::line));

        ManyRequestsReport report = new ManyRequestsReport(context("a command"),
                List.of(new ManyRequestsReport.Row(AnsweringKind.OWN, 2, List.of(tally))), 5, 8);

        assertThat(report.markdown()).contains("| jlama-dsla | 2 | 1 | 1 | 1 | 1 | 2 | 1 |", "exit code 1", "BAD M");
        assertThat(report.figures()).singleElement().satisfies(figure -> {
            assertThat(figure.holds()).isFalse();
            assertThat(figure.measured().median()).isEqualTo(20);
            assertThat(figure.note()).contains("exit code 1");
        });
        assertThat(report.rows().getFirst().allRight()).isFalse();
    }

    @Test
    void aProgramThatTakesTooLongIsEnded() {
        assertThat(
                new ChildJvm(List.of(), JVM_FLAGS, Duration.ZERO, directory.resolve("log")).run(AnsweringProcess.class,
                        List.of("OWN", directory.toString(), "1", "1", "8"), line -> {
                        }))
                .contains("took longer than 0 s");
    }

    @Test
    void risesAreInChunks() {
        LoadRound round = new LoadRound(1_024, 12, 3, new Times(20, 25), new Times(95, 130), new Times(100, 110));

        assertThat(round.medianRise()).isCloseTo(0.75, within(1e-12));
        assertThat(round.largestRise()).isCloseTo(1, within(1e-12));
        List<Figure> figures = new LoadReport(context("a command"), ModelShape.SHAPE_150M, 128, 128, 8_192,
                List.of(round)).figures();
        assertThat(figures.getFirst().measured().median()).isEqualTo(4);
        assertThat(figures).extracting(Figure::target).containsExactly(Target.atLeast(3), Target.atMost(1),
                Target.atMost(1));
        assertThat(figures).allMatch(Figure::holds);
        assertThat(Times.of(new double[]{4, 1, 2, 9})).isEqualTo(new Times(3, 9));
        assertThatThrownBy(() -> Times.of(new double[0])).hasMessageContaining("too short");
    }

    @Test
    void refuseWhatTheyDoNotKnow() {
        assertThat(run(new LoadBenchmark(home(), LoadBenchmarksTest::context), "--model", "huge")).isEqualTo(2);
        assertThat(run(new LoadBenchmark(home(), LoadBenchmarksTest::context), "--long", "40000")).isEqualTo(2);
        assertThat(run(new ManyRequestsBenchmark(home(), LoadBenchmarksTest::context), "--longest", "7")).isEqualTo(2);
        assertThat(output.toString()).contains("'huge'; allowed: 150m, tiny", "the context of 32768",
                "a longest prompt of 8 to 4,000 tokens");
    }

    private static BenchmarkHome home() {
        return new BenchmarkHome(Path.of(System.getProperty("jlamadsla.root")), JVM_FLAGS);
    }

    private static RunContext context(String command) {
        return new RunContext("An issue", command, "c0ffee", "a CPU", new Ceilings(100, 20, 2), "25",
                "2026-11-24T09:00:00Z");
    }

    private int run(Callable<Integer> benchmark, String... arguments) {
        return new CommandLine(benchmark).setOut(new PrintWriter(output)).setErr(new PrintWriter(output))
                .execute(arguments);
    }
}
