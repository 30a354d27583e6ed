package io.github.jlamadsla.gguf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.TreeSet;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.jlamadsla.bridge.JlamaModelDirectory;
import io.github.jlamadsla.checkpoint.Fingerprint;
import io.github.jlamadsla.testing.NeedsRealModel;
import io.github.jlamadsla.testing.RealModel;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;

/** What the importer made of SmolLM2's GGUF file is what the reference importer made of it. */
@NeedsRealModel
class ImporterRealModelTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** SHA-256 of all 272 tensors by name, each as its name, a line feed and its bytes, as the reference wrote them. */
    private static final String TENSORS = "298eaa0904f9e5c316f7d714d848b01e9090f98c00ea6b62d7ba3205aafdff27";

    private static JlamaModelDirectory model;

    @BeforeAll
    static void open() {
        model = JlamaModelDirectory.open(RealModel.directory());
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void theFingerprintIsThatOfTheDslaLayers() throws IOException {
        Path config = Path.of(System.getProperty("jlamadsla.root"), "examples/smollm2-dsla/dsla_config.json");

        assertThat(Fingerprint.of(model.weights()))
                .isEqualTo(JSON.readTree(config.toFile()).get("base_fingerprint").textValue());
    }

    /** The fingerprint samples; this does not. */
    @Test
    void everyTensorHasTheBytesOfTheReference() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (String name : new TreeSet<>(model.weights().names())) {
            digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
            digest.update(model.weights().data(name).asByteBuffer());
        }

        assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(TENSORS);
    }

    @Test
    void theConfigurationIsThatOfTheReference() throws IOException {
        JsonNode config = JSON.readTree(model.path().resolve("config.json").toFile());

        resource("config.json").properties().forEach(entry -> {
            JsonNode value = config.get(entry.getKey());
            assertThat(value).as(entry.getKey()).isNotNull();
            if (entry.getValue().isNumber()) {
                // GGUF has single precision.
                assertThat(value.floatValue()).as(entry.getKey()).isEqualTo(entry.getValue().floatValue());
            } else {
                assertThat(value).as(entry.getKey()).isEqualTo(entry.getValue());
            }
        });
        assertThat(model.tokenizerConfig().bosToken()).isEqualTo("<|im_start|>");
        assertThat(model.tokenizerConfig().eosToken()).isEqualTo("<|im_end|>");
    }

    @Test
    void theTokenizerGivesTheIdsOfTheReference() throws IOException {
        try (TextCodec codec = TextCodec.open(model.tokenizer())) {
            assertThat(codec.vocabularySize()).isEqualTo(RealModel.VOCABULARY);
            JsonNode texts = resource("tokens.json");
            assertThat(texts.size()).isEqualTo(20);
            for (JsonNode text : texts) {
                assertThat(codec.encode(text.get("text").textValue())).as(text.get("text").textValue())
                        .isEqualTo(JSON.convertValue(text.get("ids"), int[].class));
            }
        }
    }

    private static JsonNode resource(String name) throws IOException {
        try (InputStream file = ImporterRealModelTest.class.getResourceAsStream("/golden/smollm2/" + name)) {
            return JSON.readTree(file);
        }
    }
}
