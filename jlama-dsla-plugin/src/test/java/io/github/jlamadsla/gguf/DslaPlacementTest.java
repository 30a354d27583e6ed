package io.github.jlamadsla.gguf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.testing.TestFiles;
import io.github.jlamadsla.testing.TestModels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** DSLA layers come beside the models they fit, and beside no others. */
class DslaPlacementTest {
    @TempDir
    private Path folder;
    private Path file;
    private Path layers; // made for the BF16 form of the file
    private Path target;

    /** A file in F32 whose numbers are no BF16 numbers, and layers for what it is in BF16. */
    @BeforeEach
    void aFileAndLayersForItsBf16Form() throws IOException {
        Path original = TestModels.llama().folding(2, 0).write(folder.resolve("original"));
        file = TestGguf.of(original).write(folder.resolve("model.gguf"));
        Path bf16 = folder.resolve("bf16");
        importTo(bf16, DType.BF16, null);
        layers = folder.resolve("layers");
        TestFiles.copy(original.resolve("dsla"), layers);
        Files.writeString(layers.resolve("golden.safetensors"), "not to be copied");
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(bf16, "dsla", false)) {
            TestFiles.editJson(layers.resolve("dsla_config.json"),
                    config -> config.put("base_fingerprint", checkpoint.fingerprint()));
        }
        target = folder.resolve("imported");
    }

    @Test
    void besideBf16TheyComeAsTheyAre() {
        importTo(target, DType.BF16, layers);
        assertThat(ImportRig.names(target.resolve("dsla"))).containsExactly("dsla.safetensors", "dsla_config.json");
        for (String name : ImportRig.names(target.resolve("dsla"))) {
            assertThat(target.resolve("dsla").resolve(name)).hasSameBinaryContentAs(layers.resolve(name));
        }
        assertOpens(2);
    }

    @Test
    void besideF32ItsFingerprintIsAddedToTheCopy() {
        byte[] before = TestFiles.readBytes(layers.resolve("dsla_config.json"));
        importTo(target, DType.F32, layers);
        String own = assertOpens(2);
        assertThat(fingerprints(target.resolve("dsla"))).isEqualTo("[\"" + fingerprint(layers) + "\",\"" + own + "\"]");
        assertThat(layers.resolve("dsla_config.json")).hasBinaryContent(before);
    }

    @Test
    void layersOfAnotherModelRefuseTheImport() {
        Path other = TestModels.llama().seed(2).folding(2, 0).write(folder.resolve("other")).resolve("dsla");
        for (DType weights : new DType[]{DType.BF16, DType.F32}) {
            assertThatExceptionOfType(InvalidModelException.class).isThrownBy(() -> importTo(target, weights, other))
                    .withMessage(other.resolve("dsla_config.json") + ": base_fingerprint is " + fingerprint(other)
                            + "; allowed: " + fingerprint(layers) + ", that of " + file
                            + (weights == DType.F32 ? " in BF16" : ""));
            assertThat(ImportRig.names(folder)).noneMatch(name -> name.startsWith("imported"));
        }
    }

    @Test
    void layersThatDoNotFitRefuseTheImportByTheirOwnNames() {
        Path missing = folder.resolve("none");
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> importTo(target, DType.BF16, missing))
                .withMessageStartingWith(missing + ": DSLA folder is missing");
        TestFiles.editJson(layers.resolve("dsla_config.json"), config -> ((ArrayNode) config.get("order")).add(7));
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> importTo(target, DType.BF16, layers))
                .withMessageStartingWith(layers.resolve("dsla_config.json") + ": order is 7");
        TestFiles.editJson(layers.resolve("dsla_config.json"), config -> config.putArray("order").add(2));
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> importTo(target, DType.BF16, layers))
                .withMessageStartingWith(layers.resolve("dsla.safetensors") + ": ")
                .withMessageContaining("an extra tensor");
        assertThat(ImportRig.names(folder)).noneMatch(name -> name.startsWith("imported"));
    }

    @Test
    void aFullListOfFingerprintsTakesNoMore() {
        TestFiles.editJson(layers.resolve("dsla_config.json"), config -> {
            ArrayNode all = config.arrayNode().add(config.get("base_fingerprint"));
            for (int i = 1; i < 16; i++) {
                all.add("sha256:%064x".formatted(i));
            }
            config.set("base_fingerprint", all);
        });
        assertThatExceptionOfType(InvalidModelException.class).isThrownBy(() -> importTo(target, DType.F32, layers))
                .withMessageContaining("base_fingerprint is an array of 16; allowed: at most 15, so that sha256:");
        importTo(target, DType.BF16, layers);
        assertOpens(2);
    }

    @Test
    void theyArePlacedInADirectoryThatIsThere() {
        importTo(target, DType.BF16, null);
        DslaPlacement.place(target, layers);
        assertThat(ImportRig.names(target.resolve("dsla"))).containsExactly("dsla.safetensors", "dsla_config.json");
        assertOpens(2);
        assertThat(fingerprints(target.resolve("dsla"))).isEqualTo("\"" + fingerprint(layers) + "\"");
    }

    @Test
    void inADirectoryInF32ItsFingerprintIsAddedOnce() {
        importTo(target, DType.F32, null);
        DslaPlacement.place(target, layers);
        String own = assertOpens(2);
        String both = "[\"" + fingerprint(layers) + "\",\"" + own + "\"]";
        assertThat(fingerprints(target.resolve("dsla"))).isEqualTo(both);

        Path taken = folder.resolve("taken");
        TestFiles.copy(target.resolve("dsla"), taken);
        DslaPlacement.place(target, taken, true);
        assertThat(fingerprints(target.resolve("dsla"))).isEqualTo(both);
        assertThat(ImportRig.names(target)).noneMatch(name -> name.startsWith("dsla."));
    }

    @Test
    void layersThatAreThereAreOverwrittenOnlyIfTold() {
        importTo(target, DType.BF16, layers);
        TestFiles.writeText(target.resolve("dsla/mine.txt"), "mine");
        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> DslaPlacement.place(target, layers))
                .withCauseInstanceOf(FileAlreadyExistsException.class);
        assertThat(target.resolve("dsla/mine.txt")).exists();
        DslaPlacement.place(target, layers, true);
        assertThat(target.resolve("dsla/mine.txt")).doesNotExist();
        assertOpens(2);
    }

    @Test
    void directoriesThatTheyDoNotFitStayAsTheyAre() {
        for (DType type : new DType[]{DType.F32, DType.BF16, DType.F16}) {
            Path other = TestModels.llama().seed(5).dtype(type).write(folder.resolve("other-" + type));
            assertThatExceptionOfType(InvalidModelException.class).isThrownBy(() -> DslaPlacement.place(other, layers))
                    .withMessageStartingWith(layers.resolve("dsla_config.json") + ": base_fingerprint is ");
            assertThat(ImportRig.names(other)).noneMatch(name -> name.startsWith("dsla"));
        }
    }

    private void importTo(Path to, DType weights, Path dsla) {
        GgufImporter.run(file, to, new ImportOptions(weights, false, dsla), ImportProgress.NONE,
                ImportRig.setup(folder.resolve("original"), ImportRig.NO_LIMIT));
    }

    /** @return the base model's fingerprint */
    private String assertOpens(int levels) {
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(target, "dsla", true)) {
            assertThat(checkpoint.dsla().order().layers()).hasSize(levels);
            return checkpoint.fingerprint();
        }
    }

    private static String fingerprint(Path dsla) {
        return json(dsla).get("base_fingerprint").textValue();
    }

    private static String fingerprints(Path dsla) {
        return json(dsla).get("base_fingerprint").toString();
    }

    private static JsonNode json(Path dsla) {
        try {
            return new ObjectMapper().readTree(dsla.resolve("dsla_config.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
