package io.github.jlamadsla.gguf;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.jlamadsla.bridge.ModelConfig;
import io.github.jlamadsla.bridge.RopeScaling;
import io.github.jlamadsla.safetensors.DType;

/** Contents of the JSON files about the weights, UTF-8. */
final class ConfigJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ConfigJson() {}

    /** config.json. */
    static byte[] config(ModelConfig config, DType type) {
        ObjectNode json = JSON.createObjectNode();
        json.putArray("architectures").add("LlamaForCausalLM");
        json.put("model_type", config.family()).put("hidden_size", config.hiddenSize())
                .put("intermediate_size", config.mlpSize()).put("num_hidden_layers", config.layers())
                .put("num_attention_heads", config.heads()).put("num_key_value_heads", config.kvHeads())
                .put("head_dim", config.headSize()).put("vocab_size", config.vocabularySize())
                .put("max_position_embeddings", config.contextLength())
                .put("rms_norm_eps", GgufConfig.shortest(config.normEpsilon()))
                .put("rope_theta", config.ropeTheta());
        putScaling(json, config.ropeScaling());
        json.put("tie_word_embeddings", config.tiedEmbeddings());
        if (config.bosToken() >= 0) {
            json.put("bos_token_id", config.bosToken());
        }
        List<Integer> eos = config.eosTokens();
        if (eos.size() == 1) {
            json.put("eos_token_id", eos.getFirst());
        } else {
            eos.forEach(json.putArray("eos_token_id")::add);
        }
        json.put("hidden_act", "silu").put("attention_bias", false)
                .put("torch_dtype", type == DType.BF16 ? "bfloat16" : "float32");
        return bytes(json);
    }

    private static void putScaling(ObjectNode json, RopeScaling scaling) {
        switch (scaling) {
            case RopeScaling.None none -> {
                // Left out.
            }
            case RopeScaling.Linear linear -> json.putObject("rope_scaling").put("rope_type", "linear").put("factor",
                    linear.factor());
            case RopeScaling.Llama3 llama3 -> json.putObject("rope_scaling").put("rope_type", "llama3")
                    .put("factor", llama3.factor()).put("low_freq_factor", llama3.lowFreqFactor())
                    .put("high_freq_factor", llama3.highFreqFactor())
                    .put("original_max_position_embeddings", llama3.originalMaxPositions());
        }
    }

    /** model.safetensors.index.json. */
    static byte[] index(ShardPlan plan, DType type) {
        ObjectNode json = JSON.createObjectNode();
        ObjectNode metadata = json.putObject("metadata");
        ObjectNode map = json.putObject("weight_map");
        long bytes = 0;
        for (Map.Entry<String, List<ModelTensor>> file : plan.files().entrySet()) {
            for (ModelTensor tensor : file.getValue()) {
                map.put(tensor.name(), file.getKey());
                bytes += tensor.spec(type).bytes();
            }
        }
        metadata.put("total_size", bytes);
        return bytes(json);
    }

    private static byte[] bytes(ObjectNode json) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values is JSON", e);
        }
    }
}
