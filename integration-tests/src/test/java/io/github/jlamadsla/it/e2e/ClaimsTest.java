package io.github.jlamadsla.it.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.it.Ceilings;
import io.github.jlamadsla.it.Figure;
import io.github.jlamadsla.it.RunContext;
import io.github.jlamadsla.it.Target;
import io.github.jlamadsla.it.e2e.MeasuringProcess.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class ClaimsTest {
    private static final RunContext RUN = new RunContext("An issue", "a command", "c0ffee", "a CPU",
            new Ceilings(100, 20, 2), "25", "2026-11-24T09:00:00Z");
    private static final Contender HALF = new Contender(EngineKind.OWN, 6);

    @TempDir
    Path directory;

    private BenchmarkModel model;
    private Results results;

    @BeforeEach
    void aModelOf1000Bytes() throws Exception {
        Files.write(directory.resolve("model.safetensors"), new byte[1_000]);
        model = new BenchmarkModel("150m", directory, 12, 512, 6, List.of(512, 8_192), 0);
        results = new Results(model);
    }

    @Test
    void ratiosAreAboveOneWhereTheLaterIsFaster() {
        results.add(Contender.JLAMA, reply(sample(8_192, 100, 0.05, 1_000)));
        results.add(Contender.LEVEL_0, reply(sample(8_192, 10, 0.02, 500)));
        results.add(HALF, reply(sample(8_192, 8, 0.01, 270)));

        Map<String, Figure> figures = figures();

        Figure prefill = figures.get("150m model, BF16 weights, prefill rate at 8192 tokens: "
                + "jlama-dsla level 0 against Jlama 0.8.4");
        assertThat(prefill.measured().median()).isCloseTo(10, within(1e-9));
        assertThat(prefill.target()).isEqualTo(Target.atLeast(8));
        assertThat(prefill.holds()).isTrue();
        assertThat(prefill.details()).containsOnlyKeys("Jlama 0.8.4 tokens/s", "jlama-dsla level 0 tokens/s");
        Figure decode = figures.get("150m model, BF16 weights, decode rate at 8192 tokens: "
                + "jlama-dsla level 0 against Jlama 0.8.4");
        assertThat(decode.measured().median()).isCloseTo(2.5, within(1e-9));
        assertThat(decode.holds()).isFalse();
        Figure memory = figures.get("150m model, BF16 weights, KV and state bytes per request at 8192 tokens: "
                + "jlama-dsla level 6 against Jlama 0.8.4");
        assertThat(memory.measured().median()).isCloseTo(0.27, within(1e-9));
        assertThat(memory.holds()).isTrue();
    }

    @Test
    void theHalfLevelIsHeldToWhatItReads() {
        results.add(Contender.LEVEL_0, reply(sample(8_192, 10, 0.02, 500)));
        results.add(HALF, reply(sample(8_192, 8, 0.01, 270)));

        Figure figure = figures().get("150m model, BF16 weights, decode rate at 8192 tokens: "
                + "jlama-dsla level 6 against jlama-dsla level 0");

        // 250 bytes of keys and values, 20 of states that are read and written.
        double bound = (1_000.0 + 500) / (1_000 + 250 + 2 * 20);
        assertThat(Claims.decodeBound(results, 8_192)).isCloseTo(bound, within(1e-12));
        assertThat(figure.target().value()).isCloseTo(0.85 * bound, within(1e-5));
        assertThat(figure.details()).containsKey("bound by bytes read x");
    }

    @Test
    void aFailureIsAFigureAndInTheTable() {
        results.add(Contender.JLAMA, Reply.failed("ended with exit code 134"));
        results.add(Contender.LEVEL_0, reply(sample(512, 1, 0.01, 500)));
        results.add(HALF, reply(sample(512, 1, 0.01, 300)));

        assertThat(figures().get("Jlama 0.8.4 on the 150m model").note()).isEqualTo("ended with exit code 134");
        assertThat(figures().keySet()).noneMatch(claim -> claim.contains("against Jlama"));
        assertThat(Report.markdown(RUN, List.of(results)))
                .contains("| prefill, tokens/s | 512 | failed | 512 (0.00, 1) | 512 (0.00, 1) | - | 1.00 |")
                .contains("- **Jlama 0.8.4 failed**: ended with exit code 134").contains("100 GFLOP/s");
    }

    @Test
    void jlamaReadsItsLongestPromptLessOften() {
        Plan plan = new Plan(3, 1, 8, Duration.ZERO, false);

        assertThat(plan.trial(model, Contender.JLAMA, 0).contexts()).containsExactly(512, 8_192);
        assertThat(plan.trial(model, Contender.JLAMA, 1).contexts()).containsExactly(512);
        assertThat(plan.trial(model, HALF, 1).contexts()).containsExactly(512, 8_192);
        assertThat(plan.trial(model, HALF, 1).tokens()).startsWith(plan.trial(model, Contender.JLAMA, 1).tokens());
        assertThat(plan.trial(model, HALF, 1).tokens()).isNotEqualTo(plan.trial(model, HALF, 2).tokens());
        assertThatThrownBy(() -> new Plan(2, 3, 8, Duration.ZERO, false)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("longRepeats 3");
    }

    private Map<String, Figure> figures() {
        return Claims.of(RUN, results).stream().collect(Collectors.toMap(Figure::claim, Function.identity()));
    }

    private static Sample sample(int context, double prefill, double decode, long bytes) {
        return new Sample(context, prefill, decode, bytes);
    }

    private static Reply reply(Sample... samples) {
        return new Reply(List.of(samples), "");
    }
}
