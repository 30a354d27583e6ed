package io.github.jlamadsla.bridge;

import java.util.List;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Keys of config.json that would change what a Llama computes, and the values with which they do not. Any other value
 * is refused by name: a model must not be computed wrongly in silence.
 */
final class UnsupportedFeatures {
    private static final Predicate<JsonNode> OFF = node -> node.isBoolean() && !node.booleanValue();
    private static final Predicate<JsonNode> NEVER = node -> false;
    private static final Predicate<JsonNode> ZERO = node -> node.isNumber() && node.doubleValue() == 0;
    private static final Predicate<JsonNode> ONE = node -> node.isNumber() && node.doubleValue() == 1;
    private static final Predicate<JsonNode> AT_MOST_ONE = node -> node.isNumber() && node.doubleValue() <= 1;
    private static final Predicate<JsonNode> SILU = node -> List.of("silu", "swish").contains(node.textValue());
    private static final Predicate<JsonNode> FULL_ATTENTION = UnsupportedFeatures::fullAttention;

    private record Feature(String key, Predicate<JsonNode> neutral, String allowed) {}

    private static final List<Feature> FEATURES = List.of(new Feature("hidden_act", SILU, "silu"),
            new Feature("attention_bias", OFF, "false (biases are not supported by this version)"),
            new Feature("mlp_bias", OFF, "false (biases are not supported by this version)"),
            new Feature("qkv_bias", OFF, "false (biases are not supported by this version)"),
            new Feature("sliding_window", NEVER, "null (sliding windows are not supported by this version)"),
            new Feature("use_sliding_window", OFF, "false (sliding windows are not supported by this version)"),
            new Feature("attention_chunk_size", NEVER, "null (chunked attention is not supported)"),
            new Feature("layer_types", FULL_ATTENTION, "an array of full_attention"),
            new Feature("quantization_config", NEVER, "null (quantised weights are not supported by this version)"),
            new Feature("num_local_experts", AT_MOST_ONE, "absent (mixtures of experts are not supported)"),
            new Feature("num_experts", AT_MOST_ONE, "absent (mixtures of experts are not supported)"),
            new Feature("partial_rotary_factor", ONE, "1 (partial rotation is not supported)"),
            new Feature("rope_parameters", NEVER, "absent; write rope_theta and rope_scaling"),
            new Feature("no_rope_layers", NEVER, "absent (layers without rotation are not supported)"),
            new Feature("pretraining_tp", AT_MOST_ONE, "1 (split products are not supported)"),
            new Feature("use_qk_norm", OFF, "false (norms of queries and keys are not supported)"),
            new Feature("qk_layernorm", OFF, "false (norms of queries and keys are not supported)"),
            new Feature("clip_qkv", NEVER, "null (clipping is not supported)"),
            new Feature("attn_logit_softcapping", NEVER, "null (soft caps are not supported)"),
            new Feature("final_logit_softcapping", NEVER, "null (soft caps are not supported)"),
            new Feature("query_pre_attn_scalar", NEVER, "absent (other attention scales are not supported)"),
            new Feature("attention_multiplier", NEVER, "absent (other attention scales are not supported)"),
            new Feature("embedding_multiplier", ONE, "1 (multipliers are not supported)"),
            new Feature("residual_multiplier", ONE, "1 (multipliers are not supported)"),
            new Feature("logits_scaling", ONE, "1 (multipliers are not supported)"),
            new Feature("logit_scale", ONE, "1 (multipliers are not supported)"),
            new Feature("is_encoder_decoder", OFF, "false (encoders are not supported)"),
            new Feature("add_cross_attention", OFF, "false (encoders are not supported)"),
            new Feature("attention_sink_size", ZERO, "0 (attention sinks are not supported)"));

    private UnsupportedFeatures() {}

    /** Refuses the first feature that this version cannot compute. */
    static void check(JsonSection config) {
        for (Feature feature : FEATURES) {
            if (config.has(feature.key()) && !feature.neutral().test(config.value(feature.key()))) {
                throw config.refuse(feature.key(), feature.allowed());
            }
        }
    }

    private static boolean fullAttention(JsonNode types) {
        for (JsonNode type : types) {
            if (!"full_attention".equals(type.textValue())) {
                return false;
            }
        }
        return types.isArray();
    }
}
