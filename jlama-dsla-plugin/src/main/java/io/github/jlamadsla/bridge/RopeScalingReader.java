package io.github.jlamadsla.bridge;

import java.util.List;
import java.util.Set;

/** Reads {@code rope_scaling} of config.json. */
final class RopeScalingReader {
    private static final String KEY = "rope_scaling";
    private static final String TYPE = "rope_type";
    private static final String OLD_TYPE = "type";
    private static final String FACTOR = "factor";
    private static final String LOW = "low_freq_factor";
    private static final String HIGH = "high_freq_factor";
    private static final String ORIGINAL = "original_max_position_embeddings";
    private static final List<String> TYPES = List.of("default", "linear", "llama3");
    private static final double MAX_FACTOR = 1e6;

    private RopeScalingReader() {}

    static RopeScaling read(JsonSection json) {
        if (!json.has(KEY)) {
            return new RopeScaling.None();
        }
        JsonSection scaling = json.section(KEY);
        String key = scaling.has(TYPE) ? TYPE : OLD_TYPE;
        String type = scaling.oneOf(key, TYPES);
        if (scaling.has(OLD_TYPE)) {
            scaling.oneOf(OLD_TYPE, List.of(type));
        }
        return switch (type) {
            case "linear" -> {
                scaling.allowOnly(Set.of(TYPE, OLD_TYPE, FACTOR));
                yield new RopeScaling.Linear(scaling.number(FACTOR, 1, MAX_FACTOR));
            }
            case "llama3" -> llama3(scaling);
            default -> {
                scaling.allowOnly(Set.of(TYPE, OLD_TYPE));
                yield new RopeScaling.None();
            }
        };
    }

    private static RopeScaling llama3(JsonSection scaling) {
        scaling.allowOnly(Set.of(TYPE, OLD_TYPE, FACTOR, LOW, HIGH, ORIGINAL));
        double factor = scaling.number(FACTOR, 1, MAX_FACTOR);
        double low = scaling.number(LOW, 1e-6, MAX_FACTOR);
        double high = scaling.number(HIGH, 1e-6, MAX_FACTOR);
        if (high <= low) {
            throw scaling.refuse(HIGH, "a number above " + LOW + ", " + low);
        }
        // May exceed max_position_embeddings: a context that was shortened to save memory keeps the model's frequencies.
        return new RopeScaling.Llama3(factor, low, high,
                scaling.integer(ORIGINAL, 1, ModelConfigReader.MAX_POSITIONS));
    }
}
