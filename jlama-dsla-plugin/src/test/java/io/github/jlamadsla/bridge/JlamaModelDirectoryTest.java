package io.github.jlamadsla.bridge;

import java.nio.file.Path;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.jlamadsla.testing.TestFiles;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestTokenizer;

import static org.assertj.core.api.Assertions.assertThat;

/** What Jlama's files say, with the defaults of the Llama family where they say nothing. */
class JlamaModelDirectoryTest {
    @TempDir
    private Path directory;

    @Test
    void defaultsAreThoseOfLlama() {
        ModelConfig config = config(json -> json.remove(java.util.List.of("num_key_value_heads", "rope_theta",
                "rope_scaling", "tie_word_embeddings", "hidden_act", "architectures", "attention_bias", "bos_token_id",
                "eos_token_id")));
        assertThat(config.kvHeads()).isEqualTo(config.heads()).isEqualTo(4);
        assertThat(config.ropeTheta()).isEqualTo(10_000);
        assertThat(config.ropeScaling()).isEqualTo(new RopeScaling.None());
        assertThat(config.tiedEmbeddings()).isFalse();
        assertThat(config.bosToken()).isEqualTo(-1);
        assertThat(config.eosTokens()).isEmpty();
        assertThat(config.name()).isEqualTo(directory.getFileName().toString());
    }

    @Test
    void headSizeFollowsFromTheWidthIfItIsNotGiven() {
        assertThat(config(json -> json.put("hidden_size", 128).remove("head_dim")).headSize()).isEqualTo(32);
        assertThat(config(json -> json.put("hidden_size", 128).put("head_dim", 48)).headSize()).isEqualTo(48);
    }

    @Test
    void neutralValuesOfUnsupportedFeaturesAreFine() {
        assertThat(config(json -> {
            json.put("attention_bias", false).put("pretraining_tp", 1).put("partial_rotary_factor", 1.0)
                    .putNull("sliding_window").putNull("quantization_config").put("use_sliding_window", false);
            json.putArray("layer_types").add("full_attention").add("full_attention").add("full_attention");
        }).layers()).isEqualTo(3);
    }

    @Test
    void rotaryScalingIsReadUnderBothKeys() {
        assertThat(scaling(json -> json.put("type", "linear").put("factor", 2))).isEqualTo(new RopeScaling.Linear(2));
        assertThat(scaling(json -> json.put("rope_type", "linear").put("type", "linear").put("factor", 4.5)))
                .isEqualTo(new RopeScaling.Linear(4.5));
        assertThat(scaling(json -> json.put("rope_type", "default"))).isEqualTo(new RopeScaling.None());
        assertThat(scaling(json -> json.put("rope_type", "llama3").put("factor", 32.0).put("low_freq_factor", 1.0)
                .put("high_freq_factor", 4.0).put("original_max_position_embeddings", 512)))
                .isEqualTo(new RopeScaling.Llama3(32, 1, 4, 512));
    }

    /** As of a Llama 3 whose context somebody shortened to save memory; the frequencies stay the model's. */
    @Test
    void aContextMayBeShorterThanTheOriginalOne() {
        ModelConfig config = config(json -> json.put("max_position_embeddings", 2_048).putObject("rope_scaling")
                .put("rope_type", "llama3").put("factor", 32.0).put("low_freq_factor", 1.0)
                .put("high_freq_factor", 4.0).put("original_max_position_embeddings", 8_192));

        assertThat(config.contextLength()).isEqualTo(2_048);
        assertThat(config.ropeScaling()).isEqualTo(new RopeScaling.Llama3(32, 1, 4, 8_192));
    }

    @Test
    void endTokensOfBothFilesCount() {
        TestModels.llama().config(json -> json.putArray("eos_token_id").add(9).add(2)).write(directory);
        TestFiles.writeText(directory.resolve("generation_config.json"), "{\"eos_token_id\": [2, 7], \"top_p\": 0.9}");
        try (JlamaModelDirectory open = JlamaModelDirectory.open(directory)) {
            assertThat(open.config().eosTokens()).containsExactly(2, 7, 9);
        }
    }

    @Test
    void tokenizerConfigurationIsRead() {
        assertThat(tokenizer(json -> {
        })).isEqualTo(new TokenizerConfig("<|endoftext|>", "<|im_end|>", TestTokenizer.TEMPLATE));
        assertThat(tokenizer(json -> {
            json.putObject("bos_token").put("content", "<s>").put("lstrip", false);
            json.putNull("eos_token");
            json.remove("chat_template");
        })).isEqualTo(new TokenizerConfig("<s>", null, null));
        assertThat(tokenizer(json -> {
            var list = json.putArray("chat_template");
            list.addObject().put("name", "tool_use").put("template", "tools");
            list.addObject().put("name", "default").put("template", "plain");
        }).chatTemplate()).isEqualTo("plain");
    }

    @Test
    void templateFileWins() {
        TestModels.llama().write(directory);
        TestFiles.writeText(directory.resolve("chat_template.jinja"), "{{ messages }}");
        assertThat(open().chatTemplate()).isEqualTo("{{ messages }}");
        TestFiles.delete(directory.resolve("tokenizer_config.json"));
        assertThat(open()).isEqualTo(new TokenizerConfig(null, null, "{{ messages }}"));
    }

    private TokenizerConfig tokenizer(Consumer<ObjectNode> edit) {
        TestModels.llama().write(directory);
        TestFiles.editJson(directory.resolve("tokenizer_config.json"), edit);
        return open();
    }

    private TokenizerConfig open() {
        try (JlamaModelDirectory open = JlamaModelDirectory.open(directory)) {
            assertThat(open.tokenizer()).isEqualTo(directory.resolve("tokenizer.json")).exists();
            return open.tokenizerConfig();
        }
    }

    private RopeScaling scaling(Consumer<ObjectNode> edit) {
        return config(json -> edit.accept(json.putObject("rope_scaling"))).ropeScaling();
    }

    private ModelConfig config(Consumer<ObjectNode> edit) {
        TestModels.llama().config(edit).write(directory);
        try (JlamaModelDirectory open = JlamaModelDirectory.open(directory)) {
            return open.config();
        }
    }
}
