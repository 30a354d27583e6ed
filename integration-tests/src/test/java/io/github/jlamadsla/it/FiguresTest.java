package io.github.jlamadsla.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class FiguresTest {
    private static final RunContext RUN = new RunContext("An issue", "a command", "c0ffee", "a CPU",
            new Ceilings(100, 20, 2), "25", "2026-11-24T09:00:00Z");

    @TempDir
    Path directory;

    @Test
    void figuresComeBackAsTheyWereAppended() {
        Figures figures = new Figures(directory.resolve("results/figures.jsonl"));
        Figure held = RUN.figure("rate", Target.atLeast(2), new Measured(2.5, 0.1, "x", 3), Map.of("a ms", 1.5), "");
        Figure missed = RUN.figure("bytes", Target.atMost(0.27), new Measured(0.3, 0, "x", 1), Map.of(), "why");
        Figure plain = RUN.figure("time", new Measured(3, 1, "ms", 3), Map.of(), "");
        Figure failed = RUN.failed("Jlama", "ended with exit code 134");

        figures.append(List.of(held, missed));
        figures.append(List.of(plain, failed));

        assertThat(figures.read()).containsExactly(held, missed, plain, failed);
        assertThat(held.holds()).isTrue();
        assertThat(missed.holds()).isFalse();
        assertThat(plain.holds()).isNull();
    }

    @Test
    void aLineMustHaveAllFieldsAndNoOthers() throws Exception {
        Path file = directory.resolve("figures.jsonl");
        new Figures(file).append(List.of(RUN.figure("time", new Measured(3, 1, "ms", 3), Map.of(), "")));
        String line = Files.readString(file);

        for (String broken : List.of(line.replace("\"issue\":\"An issue\",", ""),
                line.replace("\"note\":\"\"", "\"n\":1"),
                line.replace("\"holds\":null", "\"holds\":true"), line.replace("\"An issue\"", "\" \""), "{}", "\n")) {
            Files.writeString(file, line + broken);
            assertThatThrownBy(() -> new Figures(file).read()).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("figures.jsonl, line 2");
        }
    }

    @Test
    void whatIsCommittedAreFigures() {
        Path committed = Path.of(System.getProperty("jlamadsla.root"), "integration-tests/results/figures.jsonl");

        assertThat(new Figures(committed).read()).isNotEmpty();
    }

    @Test
    void linesOfKernelBenchmarksBecomeFigures() throws Exception {
        Path lines = directory.resolve("products.jsonl");
        Files.writeString(lines, "{\"kernel\":\"product\",\"format\":\"bf16\",\"rows\":8,\"gflops\":80.0,"
                + "\"spread\":0.1,\"ceiling_gflops\":100.0,\"share\":0.8}\n");

        assertThat(KernelFigures.of(RUN, lines)).singleElement().satisfies(figure -> {
            assertThat(figure.claim()).isEqualTo("kernel product, format bf16, rows 8");
            assertThat(figure.measured().median()).isEqualTo(0.8);
            assertThat(figure.measured().spread()).isCloseTo(0.08, within(1e-12));
            assertThat(figure.details()).containsOnly(Map.entry("gflops", 80.0), Map.entry("ceiling_gflops", 100.0));
        });
        Files.writeString(lines, "{\"kernel\":\"product\"}\n");
        assertThatThrownBy(() -> KernelFigures.of(RUN, lines)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 1 has no share");
    }

    @Test
    void medianAndSpread() {
        assertThat(Measured.of(new double[]{3, 1, 10}, "ms")).isEqualTo(new Measured(3, 9, "ms", 3));
        assertThat(Measured.of(new double[]{4, 1}, "ms")).isEqualTo(new Measured(2.5, 3, "ms", 2));
        assertThat(Measured.of(new double[]{4}, "ms")).isEqualTo(new Measured(4, 0, "ms", 1));
        assertThatThrownBy(() -> Measured.of(new double[0], "ms")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theSpreadOfARatioReachesFromItsWorstToItsBest() {
        Measured ratio = Measured.ratio(new double[]{8, 10, 12}, new double[]{2, 4});

        assertThat(ratio.median()).isEqualTo(3.33333);
        assertThat(ratio.spread()).isCloseTo(12.0 / 2 - 8.0 / 4, within(1e-12));
        assertThat(ratio.repeats()).isEqualTo(2);
    }
}
