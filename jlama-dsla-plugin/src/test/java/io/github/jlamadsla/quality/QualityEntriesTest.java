package io.github.jlamadsla.quality;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.checkpoint.QualityPoint;
import io.github.jlamadsla.serve.LevelBounds;
import io.github.jlamadsla.serve.LevelMode;
import io.github.jlamadsla.serve.QualityLimit;
import io.github.jlamadsla.testing.TestFiles;
import io.github.jlamadsla.testing.TestModels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Figures on their way into dsla_config.json, and what the scheduler makes of them. */
class QualityEntriesTest {
    @TempDir
    Path folder;
    private Path model;
    private Path file;

    @BeforeEach
    void write() {
        model = TestModels.llama().layers(8).folding(1, 0, 2, 5).write(folder.resolve("tiny"));
        file = model.resolve("dsla/dsla_config.json");
    }

    private static TextFigures figures(int level, double nats, double divergence) {
        Estimate none = new Estimate(0, 0, 4);
        return new TextFigures(level, new Estimate(nats, .01, 4), none, new Estimate(divergence, .001, 4), none);
    }

    private static List<TextMeasurement> texts(double... above) {
        return List.of(
                new TextMeasurement(2_048, 8_192, List.of(figures(0, 3.123456789, -1e-12),
                        figures(2, 3.123456789 + above[0], .0061234567), figures(4, 3.123456789 + above[1], .03))),
                new TextMeasurement(8_192, 8_192, List.of(figures(0, 3, 0), figures(2, 3 + above[0] / 2, .006),
                        figures(4, 3 + above[1] / 2, .03))));
    }

    private static FactFigures facts(String set) {
        return new FactFigures(set, 10, List.of(of(0, 50), of(2, 49), of(4, 40)));
    }

    private static FactFigures.OfLevel of(int level, int right) {
        return new FactFigures.OfLevel(level, new Share(right, 60), new Share(right - 1, 60));
    }

    private void writeEntries(List<QualityPoint> points) {
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(model, "dsla", true)) {
            QualityEntries.write(file, checkpoint.config(), points);
        }
    }

    private List<QualityPoint> read() {
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(model, "dsla", true)) {
            return checkpoint.dsla().quality();
        }
    }

    @Test
    void figuresBecomeEntriesToFiveDecimals() {
        assertThat(QualityEntries.of(texts(.01, .03), List.of(facts("ev512"), facts("ev2k")))).containsExactly(
                new QualityPoint(0, 3.12346, 3, 0, Map.of(512, .83333, 2_048, .83333)),
                new QualityPoint(2, 3.13346, 3.005, .00612, Map.of(512, .81667, 2_048, .81667)),
                new QualityPoint(4, 3.15346, 3.015, .03, Map.of(512, .66667, 2_048, .66667)));
    }

    @Test
    void allEntriesAreReplacedAndNothingElseChanges() throws IOException {
        TestFiles.editJson(file, config -> config.putArray("quality").addObject().put("level", 3).put("nll_2k", 1)
                .put("nll_8k", 1).putObject("hidden_fact").put("512", 1));
        String order = Files.readString(file).replaceAll("(?s).*\"order\"\\s*:\\s*(\\[[^]]*]).*", "$1");
        List<QualityPoint> points = QualityEntries.of(texts(.01, .03), List.of());
        writeEntries(points);
        assertThat(read()).isEqualTo(points).extracting(QualityPoint::level).containsExactly(0, 2, 4);
        assertThat(Files.readString(file).replaceAll("\\s", "")).contains("\"order\":" + order.replaceAll("\\s", ""))
                .contains("\"hidden_fact\":{}");
        assertThat(file.getParent().toFile().list()).containsExactlyInAnyOrder("dsla_config.json", "dsla.safetensors");
    }

    @Test
    void theSchedulersQualityLimitReadsThem() {
        writeEntries(QualityEntries.of(texts(.019, .021), List.of(facts("ev512"))));
        assertThat(QualityLimit.measured(read())).isTrue();
        assertThat(QualityLimit.DEFAULT.level(read(), 8_000, 4)).isEqualTo(3);
        assertThat(new QualityLimit(.05, .01).level(read(), 8_000, 4)).isEqualTo(1);
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(model, "dsla", true)) {
            // Half of eight layers is the cap at that length; the figures stop it before.
            assertThat(new LevelBounds(LevelMode.lengthClasses(), checkpoint.dsla(), 8).highest(8_000)).isEqualTo(3);
        }
    }

    @Test
    void bothContextsAreNeeded() {
        assertThatThrownBy(() -> QualityEntries.of(texts(0, 0).subList(0, 1), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no figures in blocks of 8192 tokens; allowed: 2048 and 8192, both");
    }

    @Test
    void setsNeedALengthOfTheirOwn() {
        assertThatThrownBy(() -> QualityEntries.of(texts(0, 0), List.of(facts("hard"))))
                .hasMessage("set hard has no context length in its name; allowed: names as ev512 or ev2k");
        assertThatThrownBy(() -> QualityEntries.checkSets(List.of("a2k", "b2k")))
                .hasMessage("two sets have a context of 2048 tokens; allowed: one");
    }
}
