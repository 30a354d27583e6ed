package io.github.jlamadsla.gguf;

import java.util.Map;
import java.util.Set;

import io.github.jlamadsla.safetensors.Excerpt;

/**
 * Keys that would change what a Llama computes, and the values with which they do not. Any other value is refused by
 * name: a model must not be computed wrongly in silence.
 */
final class GgufLimits {
    private static final String SCALE = "llama.attention.scale";
    private static final String LAYOUT = "llama.tensor_data_layout";
    /** Rows of q and k in interleaved rotary order, which the importer puts right. */
    private static final String INTERLEAVED = "Meta AI original pth";
    /** Allowed besides being absent; true and false as 1 and 0. */
    private static final Map<String, Set<Double>> NEUTRAL = Map.ofEntries(Map.entry("llama.expert_count", Set.of(0.0)),
            Map.entry("split.count", Set.of(0.0, 1.0)),
            Map.entry("llama.attention.causal", Set.of(1.0)),
            Map.entry("llama.attention.sliding_window", Set.of(0.0)),
            Map.entry("llama.attention.clamp_kqv", Set.of(0.0)),
            Map.entry("llama.attention.max_alibi_bias", Set.of(0.0)),
            Map.entry("llama.attn_logit_softcapping", Set.of(0.0)),
            Map.entry("llama.final_logit_softcapping", Set.of(0.0)),
            Map.entry("llama.logit_scale", Set.of(0.0, 1.0)),
            Map.entry("llama.embedding_scale", Set.of(0.0, 1.0)),
            Map.entry("llama.residual_scale", Set.of(0.0, 1.0)),
            Map.entry("llama.use_parallel_residual", Set.of(0.0)),
            Map.entry("llama.rope.scaling.attn_factor", Set.of(1.0)));

    private GgufLimits() {}

    static void check(GgufMetadata keys) {
        NEUTRAL.keySet().stream().sorted().filter(keys::has).forEach(key -> {
            Object value = keys.value(key);
            if (!(number(value) instanceof Double number) || !NEUTRAL.get(key).contains(number)) {
                throw keys.refuse(key, shown(value), "absent, or " + allowed(key) + why(key));
            }
        });
        if (keys.has(LAYOUT) && !keys.string(LAYOUT).equals(INTERLEAVED)) {
            throw keys.refuse(LAYOUT, shown(keys.string(LAYOUT)), INTERLEAVED);
        }
    }

    static void checkAttentionScale(GgufMetadata keys, int headSize) {
        double scale = 1 / Math.sqrt(headSize);
        // 0 stands for the scale that a head's size gives.
        if (keys.has(SCALE) && keys.number(SCALE) != 0 && !(Math.abs(keys.number(SCALE) - scale) <= 1e-6 * scale)) {
            throw keys.refuse(SCALE, keys.number(SCALE), "absent, or " + scale + ", as the head size has it");
        }
    }

    /** A value as text for a message. */
    static String shown(Object value) {
        return Excerpt.of(value);
    }

    private static Double number(Object value) {
        return switch (value) {
            case Boolean flag -> flag ? 1.0 : 0.0;
            case Number number -> number.doubleValue();
            default -> null;
        };
    }

    private static String allowed(String key) {
        return String.join(" or ",
                NEUTRAL.get(key).stream().sorted().map(value -> String.valueOf(value.intValue())).toList());
    }

    private static String why(String key) {
        return switch (key) {
            case "llama.expert_count" -> " (mixtures of experts are not supported)";
            case "split.count" -> " (merge the parts of a split model first)";
            default -> " (not supported by this version)";
        };
    }
}
