package io.github.jlamadsla.examples.evaluate;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.jlamadsla.examples.DemoModel;
import io.github.jlamadsla.examples.TestScreen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

/**
 * The whole program on the demo model and a short piece of text; the figures were computed by another program, in
 * double (jlama-dsla-plugin/src/test/resources/quality/README.md).
 */
class EvaluateDemoModelTest {
    private static final Path PIECES = Path.of(System.getProperty("jlamadsla.root"),
            "jlama-dsla-plugin/src/test/resources/quality");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-24T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    static Path folder;
    private static TestScreen screen;
    private static JsonNode numbers;
    private static String report;

    @BeforeAll
    static void evaluate() throws IOException {
        Path prompts = Files.write(folder.resolve("prompts.txt"), List.of("Who left the lantern in the attic?", "",
                "Tell me a story.", "Question: What is the secret number of Nolan Prescott?"));
        screen = new TestScreen("evaluate", false);
        int exitCode = Evaluate.run(screen.screen, CLOCK, DemoModel.find().toString(), "--text",
                PIECES.resolve("books-piece.txt").toString(), "--tokens", "8192", "--levels", "4", "--hidden-facts",
                PIECES.resolve("qa-piece.jsonl").toString(), "--prompts", prompts.toString(), "--report",
                folder.resolve("report.md").toString(), "--json", folder.resolve("numbers.json").toString());
        assertThat(screen.errorLines()).isEmpty();
        assertThat(exitCode).isZero();
        numbers = new ObjectMapper().readTree(folder.resolve("numbers.json").toFile());
        report = Files.readString(folder.resolve("report.md"));
    }

    private static void assertText(JsonNode level, double nats, double divergence, int equal) {
        assertThat(level.path("nats").path("mean").asDouble()).isCloseTo(nats, offset(2e-5));
        assertThat(level.path("kl").path("mean").asDouble()).isCloseTo(divergence, offset(2e-5));
        assertThat(level.path("equal_argmax").path("mean").asDouble() * 4 * 2_047).isCloseTo(equal, offset(2.01));
    }

    @Test
    void theFiguresOfTheTextAreThoseOfTheOtherProgram() {
        JsonNode text = numbers.path("texts").path(0);
        assertThat(text.path("context").asInt()).isEqualTo(2_048);
        assertThat(text.path("tokens").asInt()).isEqualTo(8_192);
        assertThat(numbers.path("begin_token").asInt()).isEqualTo(1);
        assertText(text.path("levels").path(0), 3.49550731, 0, 8_188);
        assertText(text.path("levels").path(1), 3.49794095, .08321831, 6_715);
        assertThat(text.path("levels").path(0).path("nats").path("standard_error").asDouble()).isPositive();
    }

    @Test
    void theHiddenFactsAreAnswered() {
        assertThat(numbers.path("hidden_facts").findValuesAsText("set")).containsExactly("ev512", "ev2k");
        assertFacts(numbers.path("hidden_facts").path(0), 16, 15, 14);
        assertFacts(numbers.path("hidden_facts").path(1), 6, 6, 6);
    }

    private static void assertFacts(JsonNode set, int questions, int right0, int right4) {
        for (String how : List.of("teacher_forced", "generated")) {
            assertThat(set.path("levels").findValues(how).stream().map(share -> share.path("of").asInt()))
                    .containsExactly(questions, questions);
            assertThat(set.path("levels").findValues(how).stream().map(share -> share.path("hits").asInt()))
                    .containsExactly(right0, right4);
        }
    }

    @Test
    void thePromptsAreCompared() {
        JsonNode base = numbers.path("prompts").path(0);
        assertThat(base.path("equal_to_level_0").path("hits").asInt()).isEqualTo(3);
        assertThat(base.path("loops").path("of").asInt()).isEqualTo(3);
        assertThat(base.path("loops").path("hits").asInt(-1)).isZero();
        assertThat(base.path("common_tokens").path("mean").asDouble()).isEqualTo(23);
        JsonNode level4 = numbers.path("prompts").path(1);
        assertThat(level4.path("level").asInt()).isEqualTo(4);
        assertThat(level4.path("equal_to_level_0").path("hits").asInt(-1)).isZero();
        assertThat(level4.path("loops").path("hits").asInt(-1)).isZero();
        // Five tokens of three answers.
        assertThat(level4.path("common_tokens").path("mean").asDouble()).isCloseTo(5 / 3.0, offset(1e-9));
    }

    @Test
    void theReportSaysWhatWasMeasuredWithAndShowsTheTablesOfTheScreen() {
        assertThat(report).startsWith("# What a level costs: demo-model\n")
                .contains("| fingerprint | sha256:31a034fddc230ee979354f29c01b67a9ce753c44eedf75b5b1376d3481a2e6d4 |",
                        "| DSLA layers | folding, 6 of 8 layers can be converted |", "| keys and values | F32 |",
                        "| date | 2026-11-24T12:00:00Z |", "| command | `examples/evaluate ", "--tokens 8192",
                        "**Text**, 8,192 tokens in 4 blocks of 2,048", "**Hidden facts**",
                        "**Prompts**, 3 answered greedily, 64 tokens at most", "](report.png)");
        Stream<String> table = screen.out().lines().filter(line -> line.startsWith("| "));
        assertThat(table).hasSizeGreaterThan(8).allSatisfy(line -> assertThat(report).contains(line));
        assertThat(screen.out()).contains(
                "demo-model, levels [0, 4]: 4 x 2,048 tokens of text, 5 chats, 3 prompts",
                "Report: " + folder.resolve("report.md"), "Numbers: ");
    }

    @Test
    void theChartHasAPanelForEachThing() throws IOException {
        BufferedImage chart = ImageIO.read(folder.resolve("report.png").toFile());
        assertThat(chart.getWidth()).isEqualTo(4 * LevelChart.PANEL_WIDTH);
        assertThat(chart.getHeight()).isEqualTo(LevelChart.PANEL_HEIGHT);
    }
}
