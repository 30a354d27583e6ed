package io.github.jlamadsla.examples.evaluate;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.jlamadsla.bridge.WeightFiles;
import io.github.jlamadsla.checkpoint.Fingerprint;
import io.github.jlamadsla.examples.DemoModel;
import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.safetensors.SafetensorsWriter;
import io.github.jlamadsla.safetensors.TensorSpec;

/** A random model of two layers, both convertible, with the demo model's tokenizer: blocks of 8,192 tokens in a blink. */
final class TinyModel {
    private static final int LAYERS = 2;
    private static final long HIDDEN = 16;
    private static final long VOCABULARY = 8_192;
    private static final ObjectMapper JSON = new ObjectMapper();

    private TinyModel() {}

    static Path write(Path directory) throws IOException {
        Path dsla = Files.createDirectories(directory.resolve("dsla"));
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(DemoModel.find().resolve(file), directory.resolve(file));
        }
        ObjectNode config = JSON.createObjectNode().put("model_type", "llama").put("hidden_act", "silu")
                .put("hidden_size", HIDDEN).put("intermediate_size", HIDDEN).put("num_hidden_layers", LAYERS)
                .put("num_attention_heads", 1).put("num_key_value_heads", 1).put("head_dim", HIDDEN)
                .put("max_position_embeddings", 8_192).put("rms_norm_eps", 1e-5).put("rope_theta", 10_000.0)
                .put("tie_word_embeddings", true).put("vocab_size", VOCABULARY).put("torch_dtype", "float32");
        JSON.writeValue(directory.resolve("config.json").toFile(), config);
        tensors(directory.resolve("model.safetensors"), base());
        tensors(dsla.resolve("dsla.safetensors"), dsla());
        ObjectNode layers = JSON.createObjectNode().put("format", "dsla").put("version", 1).put("form", "folding")
                .put("order_source", "manual").put("gate_logit_normalizer", 16).put("log_gate_min", -1);
        layers.putArray("order").add(1).add(0);
        try (WeightFiles files = WeightFiles.inDirectory(directory)) {
            layers.put("base_fingerprint", Fingerprint.of(files));
        }
        JSON.writeValue(dsla.resolve("dsla_config.json").toFile(), layers);
        return directory;
    }

    private static List<TensorSpec> base() {
        List<TensorSpec> tensors = new ArrayList<>();
        tensors.add(new TensorSpec("model.embed_tokens.weight", DType.F32, List.of(VOCABULARY, HIDDEN)));
        tensors.add(new TensorSpec("model.norm.weight", DType.F32, List.of(HIDDEN)));
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "model.layers." + layer + ".";
            for (String norm : List.of("input_layernorm", "post_attention_layernorm")) {
                tensors.add(new TensorSpec(prefix + norm + ".weight", DType.F32, List.of(HIDDEN)));
            }
            for (String square : List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj",
                    "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj")) {
                tensors.add(new TensorSpec(prefix + square + ".weight", DType.F32, List.of(HIDDEN, HIDDEN)));
            }
        }
        return tensors;
    }

    private static List<TensorSpec> dsla() {
        List<TensorSpec> tensors = new ArrayList<>();
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "model.layers." + layer + ".self_attn.";
            tensors.add(new TensorSpec(prefix + "alpha_list", DType.F32, List.of(2L)));
            for (String gate : List.of("gk_proj", "gk_proj2")) {
                tensors.add(new TensorSpec(prefix + gate + ".weight", DType.F32, List.of(1L, HIDDEN, 2 * HIDDEN)));
                tensors.add(new TensorSpec(prefix + gate + ".bias", DType.F32, List.of(HIDDEN)));
            }
            for (String square : List.of("q_proj", "o_proj")) {
                tensors.add(new TensorSpec(prefix + square + ".weight", DType.F32, List.of(HIDDEN, HIDDEN)));
            }
        }
        return tensors;
    }

    private static void tensors(Path file, List<TensorSpec> tensors) {
        Random random = new Random(1);
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, tensors, Map.of("format", "pt"))) {
            for (TensorSpec tensor : tensors) {
                float[] values = new float[(int) (tensor.bytes() / Float.BYTES)];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (random.nextGaussian() / 4);
                }
                writer.append(MemorySegment.ofArray(values));
            }
            writer.finish();
        }
    }
}
