package io.github.jlamadsla.checkpoint;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.jlamadsla.kernel.RawMatrix;
import io.github.jlamadsla.kernel.WeightType;
import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.testing.TestFiles;
import io.github.jlamadsla.testing.TestModels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

/** Directories of every supported kind load, and say what they are. */
class HybridCheckpointTest {
    @TempDir
    private Path directory;

    static Stream<TestModels> models() {
        return Stream.of(TestModels.llama(), TestModels.llama().untied(), TestModels.llama().shards(3),
                TestModels.llama().shards(2).untied().folding(2, 0, 1), TestModels.llama().heads(4, 4, 16).released(0),
                TestModels.llama().heads(4, 1, 32).wideReleased(2), TestModels.llama().widths(48, 80).folding(1),
                TestModels.llama().linearRope(4).llama3Rope(8, 1, 4, 512), TestModels.llama().vocabulary(300),
                TestModels.llama().dtype(DType.BF16).dslaDtype(DType.F16).folding(0, 1),
                TestModels.llama().dtype(DType.F16).dslaDtype(DType.BF16).released(0, 1),
                TestModels.llama().shards(2).dtype(DType.BF16).authorsStyle(0, 2));
    }

    @ParameterizedTest
    @MethodSource("models")
    void validDirectoriesLoad(TestModels model) {
        model.write(directory);
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(directory, "dsla", false)) {
            assertThat(checkpoint.fingerprint()).matches("sha256:[0-9a-f]{64}");
            assertThat(checkpoint.matrix("model.embed_tokens.weight").rows())
                    .isEqualTo(checkpoint.config().vocabularySize());
            for (int layer : checkpoint.dsla().order().layers()) {
                assertThat(checkpoint.dslaVector(layer, "gk_proj.bias"))
                        .hasSize(checkpoint.stateHeads() * checkpoint.config().headSize());
                assertThat(checkpoint.hasDslaTensor(layer, "v_proj.weight"))
                        .isEqualTo(checkpoint.dsla().form() == DslaForm.RELEASED);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16", "F16"})
    void valuesOfEveryTypeAreRead(DType type) {
        TestModels.llama().dtype(type).write(directory);
        try (HybridCheckpoint exact = HybridCheckpoint
                .open(TestModels.llama().write(directory.resolve("f32")), "dsla", false);
                HybridCheckpoint checkpoint = HybridCheckpoint.open(directory, "dsla", false)) {
            assertThat(checkpoint.vector("model.norm.weight")).usingComparatorWithPrecision(0.01f)
                    .containsExactly(exact.vector("model.norm.weight"));
            RawMatrix matrix = checkpoint.matrix("model.layers.1.mlp.down_proj.weight");
            assertThat(matrix.type()).isEqualTo(WeightType.valueOf(type.name()));
            assertThat(matrix.rows()).isEqualTo(32);
            assertThat(matrix.columns()).isEqualTo(48);
        }
    }

    @Test
    void modelWithoutDslaHasAnEmptyOrder() {
        TestModels.llama().write(directory);
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(directory, "dsla", false)) {
            assertThat(checkpoint.dsla().order()).isEqualTo(new LayerOrder(List.of(), false));
            assertThat(checkpoint.dsla().form()).isEqualTo(DslaForm.FOLDING);
            assertThat(checkpoint.stateHeads()).isEqualTo(2);
            assertThat(checkpoint.hasDslaTensor(0, "gk_proj.weight")).isFalse();
            assertThatIllegalArgumentException().isThrownBy(() -> checkpoint.dslaVector(0, "alpha_list"));
            assertThatIllegalArgumentException().isThrownBy(() -> checkpoint.matrix("model.norm.weight"));
            assertThatIllegalArgumentException().isThrownBy(() -> checkpoint.vector("model.embed_tokens.weight"));
            assertThatIllegalArgumentException().isThrownBy(() -> checkpoint.matrix("no.such.weight"));
        }
    }

    @Test
    void foldingGatesComeAsRows() {
        TestModels.llama().folding(1).write(directory);
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(directory, "dsla", true)) {
            RawMatrix gate = checkpoint.dslaMatrix(1, "gk_proj2.weight");
            assertThat(gate.rows()).isEqualTo(2 * 16);
            assertThat(gate.columns()).isEqualTo(2 * 16);
        }
    }

    @Test
    void wideReleasedFormHasStatesPerQueryHead() {
        TestModels.llama().wideReleased(1, 0).write(directory);
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(directory, "dsla", true)) {
            assertThat(checkpoint.stateHeads()).isEqualTo(4);
            assertThat(checkpoint.dslaMatrix(0, "gk_proj.weight").rows()).isEqualTo(64);
            assertThat(checkpoint.dslaMatrix(0, "k_proj.weight").rows()).isEqualTo(32);
        }
    }

    @Test
    void authorsStyleIsServedAtItsTopLevelOnly() {
        TestModels.llama().authorsStyle(2, 0).write(directory);
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(directory, "dsla", false)) {
            assertThat(checkpoint.dsla().order()).isEqualTo(new LayerOrder(List.of(0, 2), true));
            assertThat(checkpoint.dsla().form()).isEqualTo(DslaForm.RELEASED);
            assertThat(checkpoint.dsla().gateLogitNormalizer()).isEqualTo(16);
            assertThat(checkpoint.dsla().logGateMin()).isEqualTo(-50);
            assertThat(checkpoint.dsla().baseFingerprints()).isEmpty();
            assertThat(checkpoint.stateHeads()).isEqualTo(4);
            assertThat(checkpoint.dslaMatrix(2, "q_proj.weight").data().address())
                    .isEqualTo(checkpoint.matrix("model.layers.2.self_attn.q_proj.weight").data().address());
        }
    }

    @Test
    void authorsStyleIsNoFolder() {
        TestModels.llama().authorsStyle(2).write(directory);
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> HybridCheckpoint.open(directory, "dsla", true))
                .withMessageContaining("DSLA folder is missing");
    }

    @Test
    void missingFolderIsNoErrorUnlessRequired() {
        TestModels.llama().folding(0).folder("other").write(directory);
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(directory, "dsla", false)) {
            assertThat(checkpoint.dsla().order().top()).isZero();
        }
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(directory, "other", true)) {
            assertThat(checkpoint.dsla().order().top()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../dsla", "/tmp", "..", ".", "", "a/b", "a\\b", "a\0"})
    void folderIsANameNotAPath(String name) {
        TestModels.llama().folding(0).write(directory);
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> HybridCheckpoint.open(directory, name, false))
                .withMessageContaining("the name of a folder in the model directory");
    }

    @Test
    void linkedDirectoriesAreFollowed() throws IOException {
        Path real = TestModels.llama().folding(0).write(directory.resolve("real"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(link, "dsla", true)) {
            assertThat(checkpoint.config().name()).isEqualTo("link");
        }
    }

    @Test
    void wholeConfigurationIsRead() {
        TestModels.llama().folding(2, 0).write(directory);
        TestFiles.editJson(directory.resolve("dsla/dsla_config.json"), json -> {
            json.put("order_source", "needle").put("gate_logit_normalizer", 8.5).put("log_gate_min", -2);
            String fingerprint = json.get("base_fingerprint").textValue();
            json.putArray("base_fingerprint").add("sha256:" + "0".repeat(64))
                    .add(fingerprint.replace(fingerprint.substring(7), fingerprint.substring(7).toUpperCase()));
            json.putObject("sensitivity").putArray("kl").add(0.5).add(1).add(-0.25);
            ObjectNode second = json.putArray("quality").addObject().put("level", 2).put("nll_2k", 3.5)
                    .put("nll_8k", 3.25).put("kl_2k", 0.01);
            second.putObject("hidden_fact").put("512", 1).put("8192", 0.5);
            ((com.fasterxml.jackson.databind.node.ArrayNode) json.get("quality")).addObject().put("level", 0)
                    .put("nll_2k", 3.25).put("nll_8k", 3.125).putObject("hidden_fact");
        });

        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(directory, "dsla", true)) {
            DslaConfig dsla = checkpoint.dsla();
            assertThat(dsla.orderSource()).isEqualTo("needle");
            assertThat(dsla.order().layers()).containsExactly(2, 0);
            assertThat(dsla.gateLogitNormalizer()).isEqualTo(8.5f);
            assertThat(dsla.logGateMin()).isEqualTo(-2);
            assertThat(dsla.baseFingerprints()).hasSize(2).contains(checkpoint.fingerprint());
            assertThat(dsla.sensitivity()).isEqualTo(Map.of("kl", List.of(0.5, 1.0, -0.25)));
            assertThat(dsla.quality()).containsExactly(new QualityPoint(0, 3.25, 3.125, Double.NaN, Map.of()),
                    new QualityPoint(2, 3.5, 3.25, 0.01, Map.of(512, 1.0, 8192, 0.5)));
        }
    }

    @Test
    void oldRotaryBuffersAreTolerated() {
        TestModels.llama().write(directory);
        TestFiles.editHeaderText(directory.resolve("model.safetensors"),
                text -> text.replaceFirst("\\}\\s*$", ",\"model.layers.0.self_attn.rotary_emb.inv_freq\":"
                        + "{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}"));
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(directory, "dsla", false)) {
            assertThat(checkpoint.config().layers()).isEqualTo(3);
        }
    }

    @Test
    void closingEndsAccess() {
        TestModels.llama().folding(0).write(directory);
        HybridCheckpoint checkpoint = HybridCheckpoint.open(directory, "dsla", true);
        RawMatrix base = checkpoint.matrix("model.embed_tokens.weight");
        RawMatrix gate = checkpoint.dslaMatrix(0, "gk_proj.weight");
        assertThat(gate.data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0)).isCloseTo(0, within(1f));
        checkpoint.close();
        assertThatIllegalStateException().isThrownBy(() -> base.data().get(ValueLayout.JAVA_BYTE, 0));
        assertThatIllegalStateException().isThrownBy(() -> gate.data().get(ValueLayout.JAVA_BYTE, 0));
    }
}
