package io.github.jlamadsla.it.e2e;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import io.github.jlamadsla.it.Ceilings;
import io.github.jlamadsla.it.Figure;
import io.github.jlamadsla.it.Figures;
import io.github.jlamadsla.it.RunContext;

import static org.assertj.core.api.Assertions.assertThat;

/** The whole benchmark on a model of two layers, with both engines in JVMs of their own. */
class EndToEndBenchmarkTest {
    private static final List<String> JVM_FLAGS = List.of(System.getProperty("jlamadsla.jvm.flags").split(" "));

    @TempDir
    Path directory;

    private final StringWriter output = new StringWriter();

    @Test
    void measuresBothEnginesAndWritesFiguresAndATable() throws Exception {
        assertThat(run("--models", "tiny", "--repeats", "2", "--decode-steps", "8", "--warm-up", "0", "--results",
                directory.toString())).isZero();

        List<Figure> figures = new Figures(directory.resolve("figures.jsonl")).read();
        // Two contexts; prefill and decode against Jlama and against level 0, and memory.
        assertThat(figures).hasSize(10).allSatisfy(figure -> {
            assertThat(figure.note()).isEmpty();
            assertThat(figure.measured().median()).isPositive();
            assertThat(figure.command())
                    .startsWith("integration-tests/run-benchmark end-to-end --models tiny --repeats 2");
        });
        assertThat(Files.readString(directory.resolve("end-to-end.md"))).contains("## tiny model")
                .contains("| prefill, tokens/s | 64 |").contains("| decode, ms/token | 128 |").doesNotContain("failed");
        assertThat(output.toString()).contains("round 2 of 2, jlama-dsla level 1").contains("## tiny model");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThat(run("--models", "huge")).isEqualTo(2);
        assertThat(run("--models", "tiny", "--repeats", "0")).isEqualTo(2);
        assertThat(output.toString()).contains("'huge'; allowed: demo, 150m, tiny").contains("repeats 0");
    }

    @Test
    void aProcessThatEndsIsAFailureNotAnException() {
        try (EngineProcess process = EngineProcess.start(EngineKind.JLAMA, directory.resolve("no-model"), JVM_FLAGS,
                Duration.ofMinutes(1), directory.resolve("log"))) {
            Trial trial = new Trial(0, List.of(64), 8, 512, 1);

            assertThat(process.measure(trial).failure()).contains("ended").contains("log");
            assertThat(process.measure(trial).isFailure()).isTrue();
        }
        assertThat(directory.resolve("log")).content().contains("no-model");
    }

    @Test
    void aProcessThatTakesTooLongIsEnded() {
        try (EngineProcess process = EngineProcess.start(EngineKind.JLAMA, directory.resolve("no-model"), JVM_FLAGS,
                Duration.ZERO, directory.resolve("log"))) {
            assertThat(process.measure(new Trial(0, List.of(64), 8, 512, 1)).failure()).contains("took longer than");
        }
    }

    private int run(String... arguments) {
        Path root = Path.of(System.getProperty("jlamadsla.root"));
        EndToEndBenchmark benchmark = new EndToEndBenchmark(root, JVM_FLAGS,
                command -> new RunContext("An issue", command,
                        "c0ffee", "a CPU", new Ceilings(100, 20, 2), "25", "2026-11-24T09:00:00Z"));
        return new CommandLine(benchmark).setOut(new PrintWriter(output)).setErr(new PrintWriter(output))
                .execute(arguments);
    }
}
