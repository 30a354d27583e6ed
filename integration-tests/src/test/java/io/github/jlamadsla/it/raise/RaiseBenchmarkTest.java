package io.github.jlamadsla.it.raise;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
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
import io.github.jlamadsla.it.raise.RaiseTimes.Round;

import static org.assertj.core.api.Assertions.assertThat;

/** The benchmark on a tiny model, where only its form counts, and its arithmetic. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class RaiseBenchmarkTest {
    @TempDir
    Path directory;

    private final StringWriter output = new StringWriter();

    @Test
    void aTinyModelGivesBothFiguresWithTheirTargets() {
        assertThat(run("--models", "tiny", "--repeats", "2", "--results", directory.toString()))
                .as(output.toString()).isZero();

        List<Figure> figures = new Figures(directory.resolve("figures.jsonl")).read();
        assertThat(figures).hasSize(2).allSatisfy(figure -> {
            assertThat(figure.target()).isEqualTo(Target.atMost(1));
            assertThat(figure.measured().repeats()).isEqualTo(2);
            assertThat(figure.measured().median()).isPositive();
            assertThat(figure.details().values()).hasSize(4).allMatch(value -> value > 0);
        });
        assertThat(output.toString()).contains("over 2 % of the prefill", "over a prefill chunk of 256 tokens");
    }

    @Test
    void aRoundsFigures() {
        Round round = new Round(2, .1, List.of(.03, .01, .02, .08));

        assertThat(round.slowestRaise()).isEqualTo(.08);
        assertThat(round.medianRaise()).isEqualTo(.025);
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThat(run("--models", "huge")).isEqualTo(2);
        assertThat(run("--repeats", "0")).isEqualTo(2);
        assertThat(output.toString()).contains("'huge'; allowed: demo, 150m, tiny", "--repeats is 0; allowed: 1");
    }

    private int run(String... arguments) {
        BenchmarkHome home = new BenchmarkHome(Path.of(System.getProperty("jlamadsla.root")),
                List.of(System.getProperty("jlamadsla.jvm.flags").split(" ")));
        return new CommandLine(new RaiseBenchmark(home, command -> new RunContext("An issue", command, "c0ffee",
                "a CPU", new Ceilings(100, 20, 2), "25", "2026-11-29T09:00:00Z")))
                .setOut(new PrintWriter(output)).setErr(new PrintWriter(output)).execute(arguments);
    }
}
