package io.github.jlamadsla.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.jlamadsla.testing.TestModels;

import static io.github.jlamadsla.testing.TestFiles.copy;
import static io.github.jlamadsla.testing.TestFiles.delete;
import static io.github.jlamadsla.testing.TestFiles.editHeader;
import static io.github.jlamadsla.testing.TestFiles.editHeaderText;
import static io.github.jlamadsla.testing.TestFiles.editJson;
import static io.github.jlamadsla.testing.TestFiles.writeText;

/** Base models whose configuration or tensors are refused. */
final class BrokenBases {
    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "model.safetensors";
    private static final String DSLA = "dsla/dsla.safetensors";
    private static final String NORM = "model.norm.weight";

    private final List<BrokenDirectory> cases = new ArrayList<>();

    private BrokenBases() {}

    static List<BrokenDirectory> all() {
        BrokenBases broken = new BrokenBases();
        broken.configuration();
        broken.features();
        broken.baseTensors();
        return List.copyOf(broken.cases);
    }

    private void configuration() {
        config("family", json -> json.put("model_type", "qwen2"), "model_type is \"qwen2\"", "allowed: llama");
        config("architecture", json -> json.putArray("architectures").add("LlamaForSequenceClassification"),
                "architectures is [\"LlamaForSequenceClassification\"]", "LlamaForCausalLM");
        config("no hidden size", json -> json.remove("hidden_size"), "hidden_size is missing");
        config("hidden size in words", json -> json.put("hidden_size", "32"), "hidden_size is \"32\"",
                "a whole number");
        config("no layers", json -> json.put("num_hidden_layers", 0), "num_hidden_layers is 0", "1 to 512");
        config("a billion layers", json -> json.put("num_hidden_layers", 1_000_000_000),
                "num_hidden_layers is 1000000000");
        config("fractional heads", json -> json.put("num_attention_heads", 4.5), "num_attention_heads is 4.5");
        config("heads not divisible", json -> json.put("num_key_value_heads", 3), "num_key_value_heads is 3",
                "a divisor of num_attention_heads, 4");
        config("head size not a multiple of 16", json -> json.put("head_dim", 24), "head_dim is 24",
                "a multiple of 16");
        config("vocabulary beyond an int", json -> json.put("vocab_size", 1L << 40), "vocab_size is 1099511627776");
        config("context of nothing", json -> json.put("max_position_embeddings", 0), "max_position_embeddings is 0");
        config("context without room for an answer", json -> json.put("max_position_embeddings", 1),
                "max_position_embeddings is 1;", "allowed: a whole number from 2 to 4194304");
        config("original context beyond all bounds",
                json -> json.putObject("rope_scaling").put("rope_type", "llama3").put("factor", 8)
                        .put("low_freq_factor", 1).put("high_freq_factor", 4)
                        .put("original_max_position_embeddings", (1 << 22) + 1),
                "rope_scaling.original_max_position_embeddings is 4194305", "1 to 4194304");
        config("epsilon of zero", json -> json.put("rms_norm_eps", 0), "rms_norm_eps is 0");
        config("negative rotary base", json -> json.put("rope_theta", -1), "rope_theta is -1");
        config("end token outside of the vocabulary", json -> json.putArray("eos_token_id").add(2).add(260),
                "eos_token_id is 260", "0 to 259");
        config("begin token outside of the vocabulary", json -> json.put("bos_token_id", 260), "bos_token_id is 260");
        config("yarn", json -> json.putObject("rope_scaling").put("rope_type", "yarn").put("factor", 4),
                "rope_scaling.rope_type is \"yarn\"", "default, linear, llama3");
        config("dynamic, by the old key", json -> json.putObject("rope_scaling").put("type", "dynamic"),
                "rope_scaling.type is \"dynamic\"");
        config("two kinds of scaling",
                json -> json.putObject("rope_scaling").put("type", "linear").put("rope_type", "llama3"),
                "rope_scaling.type is \"linear\"", "llama3");
        config("linear without a factor", json -> json.putObject("rope_scaling").put("type", "linear"),
                "rope_scaling.factor is missing");
        config("llama3 upside down",
                json -> json.putObject("rope_scaling").put("rope_type", "llama3").put("factor", 8)
                        .put("low_freq_factor", 4).put("high_freq_factor", 1)
                        .put("original_max_position_embeddings", 512),
                "rope_scaling.high_freq_factor is 1", "above low_freq_factor");
        config("unknown key of the scaling",
                json -> json.putObject("rope_scaling").put("type", "linear").put("factor", 2).put("mscale", 1),
                "rope_scaling.mscale is an unknown key");
        add("end token of generation_config.json",
                directory -> writeText(directory.resolve("generation_config.json"), "{\"eos_token_id\":[-1]}"),
                "generation_config.json", "eos_token_id is -1");
    }

    private void features() {
        config("activation", json -> json.put("hidden_act", "gelu"), "hidden_act is \"gelu\"", "silu");
        config("attention bias", json -> json.put("attention_bias", true), "attention_bias is true", "not supported");
        config("MLP bias", json -> json.put("mlp_bias", true), "mlp_bias is true");
        config("sliding window", json -> json.put("sliding_window", 4096), "sliding_window is 4096",
                "sliding windows are not supported");
        config("quantisation", json -> json.putObject("quantization_config").put("quant_method", "gptq"),
                "quantization_config is an object", "quantised weights are not supported");
        config("experts", json -> json.put("num_local_experts", 8), "num_local_experts is 8", "mixtures of experts");
        config("partial rotation", json -> json.put("partial_rotary_factor", 0.5), "partial_rotary_factor is 0.5");
        config("split products", json -> json.put("pretraining_tp", 2), "pretraining_tp is 2");
    }

    private void baseTensors() {
        add("base tensor missing", directory -> removeTensor(directory.resolve(WEIGHTS), NORM), WEIGHTS,
                NORM + " is missing", "a tensor of shape [32]");
        add("base tensor of another name",
                directory -> editHeaderText(directory.resolve(WEIGHTS),
                        text -> text.replaceFirst("\\}\\s*$", ",\"extra\":{\"dtype\":\"F32\",\"shape\":[0],"
                                + "\"data_offsets\":[0,0]}}")),
                WEIGHTS, "extra is an extra tensor", "a llama model with tied embeddings of 3 layers");
        config("more layers than tensors", json -> json.put("num_hidden_layers", 512), WEIGHTS,
                "model.layers.3.input_layernorm.weight is missing");
        add("base tensor of another shape",
                directory -> editJson(directory.resolve(CONFIG), json -> json.put("intermediate_size", 64)), WEIGHTS,
                "model.layers.0.mlp.gate_proj.weight.shape is [48, 32]", "[64, 32], as config.json says");
        add("output matrix of a tied model", BrokenDirectory.UNTIED,
                directory -> editJson(directory.resolve(CONFIG), json -> json.put("tie_word_embeddings", true)),
                WEIGHTS, "lm_head.weight is an extra tensor", "with tied embeddings");
        add("no output matrix",
                directory -> editJson(directory.resolve(CONFIG), json -> json.put("tie_word_embeddings", false)),
                WEIGHTS, "lm_head.weight is missing");
        for (String type : List.of("Q4", "I8", "F64")) {
            add("base weights of type " + type, directory -> editTensorEntry(directory, NORM, entry -> {
                entry.put("dtype", type);
                long elements = 128 * 8 / switch (type) {
                    case "Q4" -> 4;
                    case "I8" -> 8;
                    default -> 64;
                };
                entry.putArray("shape").add(elements);
            }), WEIGHTS, NORM + ".dtype is " + type, "F32, BF16, F16", "quantised weights");
        }
        add("DSLA tensors in the model and in a folder", BrokenDirectory.AUTHORS, directory -> {
            copy(TestModels.llama().folding(1).write(directory.resolve("x")).resolve("dsla"),
                    directory.resolve("dsla"));
            delete(directory.resolve("x"));
        }, WEIGHTS, "model.layers.1.self_attn.", "is an extra tensor");
    }

    private void add(String name, Consumer<Path> damage, String file, String... said) {
        add(name, BrokenDirectory.FOLDING, damage, file, said);
    }

    private void add(String name, TestModels model, Consumer<Path> damage, String file, String... said) {
        cases.add(new BrokenDirectory(name, model, damage, file, said));
    }

    private void config(String name, Consumer<ObjectNode> edit, String... said) {
        boolean other = said[0].equals(WEIGHTS);
        add("config.json: " + name, directory -> editJson(directory.resolve(CONFIG), edit), other ? WEIGHTS : CONFIG,
                other ? Arrays.copyOfRange(said, 1, said.length) : said);
    }

    private static void editTensorEntry(Path directory, String tensor, Consumer<ObjectNode> edit) {
        editHeader(directory.resolve(WEIGHTS), json -> edit.accept((ObjectNode) json.get(tensor)));
    }

    private static void removeTensor(Path file, String tensor) {
        editHeader(file, json -> json.remove(tensor));
    }
}
