package io.github.jlamadsla.examples.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.jlamadsla.examples.RealModel;
import io.github.jlamadsla.examples.TestScreen;

import static org.assertj.core.api.Assertions.assertThat;

/** The whole program on a model that people know: too little text for figures, enough to see them go wrong. */
@EnabledIf(value = "io.github.jlamadsla.examples.RealModel#isThere", disabledReason = "The real model is not there (examples/get-smollm2 makes it).")
class EvaluateRealModelTest {
    private static final Path TEXT = Path.of(System.getProperty("jlamadsla.root"),
            "jlama-dsla-plugin/src/test/resources/quality/books-piece.txt");

    @TempDir
    static Path folder;
    private static JsonNode numbers;

    @BeforeAll
    static void evaluate() throws IOException {
        Path prompts = Files.write(folder.resolve("prompts.txt"),
                List.of("Explain in two sentences why the sky is blue."));
        TestScreen screen = new TestScreen("evaluate", false);
        int exitCode = Evaluate.run(screen.screen, Clock.systemUTC(), RealModel.directory().toString(), "--threads",
                "1", "--levels", "0,7", "--text", TEXT.toString(), "--begin-token", "0", "--tokens", "256", "--context",
                "128",
                "--prompts", prompts.toString(), "--report", folder.resolve("report.md").toString(), "--json",
                folder.resolve("numbers.json").toString());
        assertThat(screen.errorLines()).isEmpty();
        assertThat(exitCode).isZero();
        numbers = new ObjectMapper().readTree(folder.resolve("numbers.json").toFile());
    }

    @Test
    void aLevelCostsLittleOfTheLikelihood() {
        assertThat(numbers.path("begin_token").asInt(-1)).isZero();
        JsonNode text = numbers.path("texts").path(0);
        assertThat(text.path("tokens").asInt()).isEqualTo(256);
        JsonNode base = text.path("levels").path(0);
        assertThat(base.at("/kl/mean").asDouble(-1)).isZero();
        assertThat(base.at("/equal_argmax/mean").asDouble()).isEqualTo(1);
        // 3.34 in blocks of 2,048 of these books; less is known of a token with less before it.
        assertThat(base.at("/nats/mean").asDouble()).isBetween(3.0, 4.5);
        JsonNode level7 = text.path("levels").path(1);
        assertThat(level7.path("level").asInt()).isEqualTo(7);
        assertThat(level7.at("/kl/mean").asDouble()).isBetween(1e-4, .02);
        assertThat(level7.at("/nats_above_level_0/mean").asDouble()).isBetween(-.05, .05);
        assertThat(level7.at("/equal_argmax/mean").asDouble()).isBetween(.85, .999);
    }

    @Test
    void answersAreComparedWithThoseOfLevel0() {
        JsonNode base = numbers.path("prompts").path(0);
        assertThat(base.at("/equal_to_level_0/hits").asInt()).isEqualTo(1);
        assertThat(base.at("/loops/hits").asInt(-1)).isZero();
        JsonNode level7 = numbers.path("prompts").path(1);
        assertThat(level7.at("/equal_to_level_0/of").asInt()).isEqualTo(1);
        assertThat(level7.at("/common_tokens/mean").asDouble()).isBetween(1.0, 32.0);
    }
}
