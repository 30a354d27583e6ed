package io.github.jlamadsla.examples.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.jlamadsla.examples.TestScreen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

/** {@code --write-quality}: the figures of the report are what stands in the model's dsla_config.json afterwards. */
class WriteQualityTest {
    private static final Path TEXT = Path.of(System.getProperty("jlamadsla.root"),
            "jlama-dsla-plugin/src/test/resources/quality/books-piece.txt");

    @TempDir
    Path folder;

    private TestScreen run(Path model, String... more) {
        TestScreen screen = new TestScreen("evaluate", false);
        String[] arguments = {model.toString(), "--text", TEXT.toString(), "--context", "8192,2048", "--report",
            folder.resolve("report.md").toString(), "--json", folder.resolve("numbers.json").toString()};
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        assertThat(Evaluate.run(screen.screen, Clock.systemUTC(), all)).isZero();
        return screen;
    }

    @Test
    void theFiguresOfTheReportAreWritten() throws IOException {
        Path model = TinyModel.write(folder.resolve("tiny"));
        Path file = model.resolve("dsla/dsla_config.json");
        JsonNode before = new ObjectMapper().readTree(file.toFile());
        run(model);
        assertThat(new ObjectMapper().readTree(file.toFile())).isEqualTo(before);

        TestScreen screen = run(model, "--write-quality");
        assertThat(screen.out()).contains("Quality: " + file + " now has levels [0, 1, 2]; before: []");
        JsonNode texts = new ObjectMapper().readTree(folder.resolve("numbers.json").toFile()).path("texts");
        JsonNode quality = new ObjectMapper().readTree(file.toFile()).path("quality");
        assertThat(quality.size()).isEqualTo(3);
        for (int level = 0; level <= 2; level++) {
            JsonNode entry = quality.path(level);
            assertThat(entry.path("level").asInt()).isEqualTo(level);
            assertSame(entry.path("nll_2k"), texts.path(0).path("levels").path(level).path("nats"));
            assertSame(entry.path("nll_8k"), texts.path(1).path("levels").path(level).path("nats"));
            assertSame(entry.path("kl_2k"), texts.path(0).path("levels").path(level).path("kl"));
            assertThat(entry.path("hidden_fact").isEmpty()).isTrue();
        }
        assertThat(quality.path(2).path("kl_2k").asDouble()).isPositive();
        assertThat(file.getParent().toFile().list()).hasSize(2);
        assertThat(run(model, "--write-quality", "--levels", "0").out())
                .contains("now has levels [0]; before: [0, 1, 2]");
    }

    private static void assertSame(JsonNode written, JsonNode measured) {
        assertThat(written.asDouble()).isCloseTo(measured.path("mean").asDouble(), offset(5.01e-6));
    }
}
