package io.github.jlamadsla.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.bridge.ModelConfig;
import io.github.jlamadsla.bridge.RopeScaling;
import io.github.jlamadsla.kernel.RawMatrix;
import io.github.jlamadsla.kernel.WeightType;

import static org.assertj.core.api.Assertions.assertThat;

/** The model that is shipped: sharded, BF16, tied, grouped heads, with DSLA layers in both forms. */
class DemoModelTest {
    private static final Path MODEL = Path.of(System.getProperty("jlamadsla.demo.model"));
    private static final String FINGERPRINT = "sha256:31a034fddc230ee979354f29c01b67a9ce753c44eedf75b5b1376d3481a2e6d4";

    @Test
    void configurationIsReadAsItIsWritten() {
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(MODEL, "dsla", true)) {
            ModelConfig config = checkpoint.config();
            assertThat(config).isEqualTo(new ModelConfig(MODEL.resolve("config.json"), MODEL.getFileName().toString(),
                    "llama", 8, 512, 8, 4, 64, 1024, 8192, 8192, 1e-5f, 100_000, new RopeScaling.None(), true, 1,
                    List.of(2)));
            assertThat(checkpoint.directory().tokenizerConfig().bosToken()).isEqualTo("<|bos|>");
            assertThat(checkpoint.directory().tokenizerConfig().eosToken()).isEqualTo("<|end|>");
            assertThat(checkpoint.directory().tokenizerConfig().chatTemplate()).startsWith("{{ bos_token }}{% for");
            assertThat(checkpoint.directory().tokenizer()).exists();
        }
    }

    @Test
    void bothFormsHaveTheFingerprintOfTheirBase() {
        for (String folder : List.of("dsla", "dsla-released")) {
            try (HybridCheckpoint checkpoint = HybridCheckpoint.open(MODEL, folder, true)) {
                assertThat(checkpoint.fingerprint()).isEqualTo(FINGERPRINT);
                assertThat(checkpoint.dsla().baseFingerprints()).containsExactly(FINGERPRINT);
                assertThat(checkpoint.dsla().order()).isEqualTo(new LayerOrder(List.of(1, 5, 3, 2, 0, 4), false));
                assertThat(checkpoint.dsla().gateLogitNormalizer()).isEqualTo(16);
                assertThat(checkpoint.dsla().logGateMin()).isEqualTo(-1);
                assertThat(checkpoint.stateHeads()).isEqualTo(4);
            }
        }
    }

    @Test
    void foldingFormHasGatesPerHeadAndItsMeasuredQuality() {
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(MODEL, "dsla", true)) {
            DslaConfig dsla = checkpoint.dsla();
            assertThat(dsla.form()).isEqualTo(DslaForm.FOLDING);
            assertThat(dsla.orderSource()).isEqualTo("kl");
            assertThat(dsla.sensitivity()).containsOnlyKeys("kl", "attention_entropy");
            assertThat(dsla.sensitivity().get("kl")).hasSize(8).startsWith(0.0907);
            assertThat(dsla.quality()).extracting(QualityPoint::level).containsExactly(0, 2, 4, 6);
            assertThat(dsla.quality().getLast()).isEqualTo(new QualityPoint(6, 3.3936, 3.3574, Double.NaN,
                    Map.of(512, 0.975, 2048, 0.991, 4096, 0.992, 8192, 0.990)));
            RawMatrix gate = checkpoint.dslaMatrix(1, "gk_proj.weight");
            assertThat(gate.rows()).isEqualTo(4 * 64);
            assertThat(gate.columns()).isEqualTo(2 * 64);
            assertThat(gate.type()).isEqualTo(WeightType.BF16);
            assertThat(checkpoint.hasDslaTensor(1, "k_proj.weight")).isFalse();
            assertThat(checkpoint.hasDslaTensor(6, "gk_proj.weight")).isFalse();
        }
    }

    @Test
    void releasedFormHasItsOwnKeysAndValues() {
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(MODEL, "dsla-released", true)) {
            assertThat(checkpoint.dsla().form()).isEqualTo(DslaForm.RELEASED);
            RawMatrix gate = checkpoint.dslaMatrix(5, "gk_proj2.weight");
            assertThat(gate.rows()).isEqualTo(4 * 64);
            assertThat(gate.columns()).isEqualTo(512);
            assertThat(checkpoint.dslaMatrix(5, "k_proj.weight").rows()).isEqualTo(256);
            assertThat(checkpoint.dslaVector(5, "gk_proj.bias")).hasSize(256);
            assertThat(checkpoint.dslaVector(5, "alpha_list")).hasSize(2);
        }
    }

    @Test
    void baseTensorsComeFromTheirShards() {
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(MODEL, "dsla", true)) {
            RawMatrix embedding = checkpoint.matrix("model.embed_tokens.weight");
            assertThat(embedding.rows()).isEqualTo(8192);
            assertThat(embedding.columns()).isEqualTo(512);
            assertThat(checkpoint.matrix("model.layers.7.mlp.down_proj.weight").columns()).isEqualTo(1024);
            assertThat(checkpoint.vector("model.norm.weight")).hasSize(512);
        }
    }
}
