package io.github.jlamadsla.gguf;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.jlamadsla.bridge.WeightFiles;
import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.testing.TestRig;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A file that another program wrote, tokenizer and all, becomes what that program says:
 * {@code src/test/resources/gguf/make_models.py}.
 */
class WholeImportTest {
    private static final Path RESOURCES = Path.of(System.getProperty("jlamadsla.root"),
            "jlama-dsla-plugin/src/test/resources/gguf");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"BF16", "F32"})
    void tensorsHaveTheVeryBytes(DType weights) throws IOException, NoSuchAlgorithmException {
        Path target = imported(weights);
        JsonNode expected = new ObjectMapper().readTree(RESOURCES.resolve("tiny.json").toFile()).get(weights.name());
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (WeightFiles files = WeightFiles.inDirectory(target)) {
            for (String name : new TreeSet<>(files.names())) {
                String shape = files.info(name).shape().stream().map(String::valueOf).collect(Collectors.joining(","));
                digest.update((name + " " + files.info(name).dtype() + " " + shape + "\n")
                        .getBytes(StandardCharsets.UTF_8));
                digest.update(files.data(name).toArray(ValueLayout.JAVA_BYTE));
            }
        }
        assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(expected.get("sha256").textValue());
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(target, "dsla", false)) {
            assertThat(checkpoint.fingerprint()).isEqualTo(expected.get("fingerprint").textValue());
        }
        try (LlamaGguf file = LlamaGguf.open(RESOURCES.resolve("tiny.gguf"))) {
            assertThat(file.fingerprint(weights)).isEqualTo(expected.get("fingerprint").textValue());
        }
    }

    @Test
    void theModelReadsText() {
        Path target = imported(DType.BF16);
        try (TextCodec codec = TextCodec.open(target.resolve("tokenizer.json"));
                TestRig rig = new TestRig(target, "dsla", KvPrecision.F32, TestKernels.vector(), 1);
                var memory = rig.newSequence(0)) {
            int[] tokens = codec.encodePlain("the the");
            assertThat(tokens).containsExactly(3 + 256 + 1, 3 + 256 + 2);
            assertThat(codec.decode(tokens)).isEqualTo("the the");
            float[] logits = rig.logits(memory, tokens, 0, 2, 2);
            assertThat(logits).hasSize(2 * (3 + 256 + 3));
            for (float logit : logits) {
                assertThat(logit).isFinite();
            }
        }
    }

    private Path imported(DType weights) {
        Path target = folder.resolve("imported");
        GgufImporter.run(RESOURCES.resolve("tiny.gguf"), target, new ImportOptions(weights, false, null),
                ImportProgress.NONE);
        assertThat(Files.exists(target.resolve("tokenizer.json"))).isTrue();
        return target;
    }
}
