package io.github.jlamadsla.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.jlamadsla.testing.TestFiles;
import io.github.jlamadsla.testing.TestModels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Single keys change, the rest stays, and the reader takes what comes out. */
class DslaConfigFileTest {
    @TempDir
    private Path folder;
    private Path model;
    private Path file;

    @BeforeEach
    void aConfiguration() {
        model = TestModels.llama().folding(2, 0).write(folder.resolve("model"));
        file = model.resolve("dsla/dsla_config.json");
    }

    @Test
    void aFingerprintIsAddedToOneAndToMany() throws IOException {
        JsonNode before = json();
        String first = before.get("base_fingerprint").textValue();
        String second = "sha256:" + "a1".repeat(32);
        String third = "sha256:" + "b2".repeat(32);

        DslaConfigFile.addFingerprint(file, second);
        assertThat(read().baseFingerprints()).containsExactly(first, second);
        DslaConfigFile.addFingerprint(file, third);
        assertThat(read().baseFingerprints()).containsExactly(first, second, third);
        DslaConfigFile.addFingerprint(file, "sha256:" + "A1".repeat(32));
        assertThat(read().baseFingerprints()).containsExactly(first, second, third);

        TestFiles.editJson(file, config -> config.put("base_fingerprint", first));
        assertThat(json()).isEqualTo(before);
        assertNothingElse();
    }

    @Test
    void measuredLevelsReplaceOldOnes() throws IOException {
        JsonNode before = json();
        DslaConfigFile.setQuality(file, List.of(new QualityPoint(1, 9, 9, 9, Map.of())));
        List<QualityPoint> points = List.of(
                new QualityPoint(0, 3.25, 3.125, Double.NaN, Map.of(2_048, 0.5, 1_024, 1.0)),
                new QualityPoint(2, 3.5, 3.375, 0.0625, Map.of(1_024, 0.0)));

        DslaConfigFile.setQuality(file, points);

        assertThat(read().quality()).isEqualTo(points);
        assertThat(json().at("/quality/0").has("kl_2k")).isFalse();
        assertThat(json().at("/quality/0/hidden_fact").fieldNames()).toIterable().containsExactly("1024", "2048");
        TestFiles.editJson(file, config -> config.remove("quality"));
        assertThat(json()).isEqualTo(before);
        assertNothingElse();
    }

    @Test
    void aFileThatCannotBeReadIsLeftAlone() throws IOException {
        TestFiles.writeText(file, "{\"base_fingerprint\": ");
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> DslaConfigFile.addFingerprint(file, "sha256:" + "a1".repeat(32)))
                .withMessageStartingWith(file + ": cannot be changed: ");
        assertThat(file).hasContent("{\"base_fingerprint\": ");
        assertNothingElse();
    }

    private DslaConfig read() {
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(model, "dsla", true)) {
            return checkpoint.dsla();
        }
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    private void assertNothingElse() throws IOException {
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("dsla_config.json",
                    "dsla.safetensors");
        }
    }
}
