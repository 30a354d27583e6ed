package io.github.jlamadsla.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;

import io.github.jlamadsla.bridge.JsonSection;
import io.github.jlamadsla.bridge.ModelConfig;
import io.github.jlamadsla.safetensors.InvalidModelException;

/** Reads dsla_config.json by the table of DESIGN section 3. */
public final class DslaConfigReader {
    /** Greatest number of keys kept exact. */
    public static final int MAX_WINDOW = 4_096;
    /** Greatest number of first keys kept exact. */
    public static final int MAX_SINKS = 64;

    private static final Set<String> KEYS = Set.of("format", "version", "form", "order", "order_source", "window",
            "sinks", "gate_logit_normalizer", "log_gate_min", "base_fingerprint", "sensitivity", "quality");
    private static final Set<String> QUALITY_KEYS = Set.of("level", "nll_2k", "nll_8k", "kl_2k", "hidden_fact");
    private static final Pattern FINGERPRINT = Pattern.compile("sha256:[0-9a-fA-F]{64}");
    private static final Pattern CONTEXT_LENGTH = Pattern.compile("[1-9][0-9]{0,8}");
    /** Most fingerprints in the list. */
    public static final int MAX_FINGERPRINTS = 16;
    private static final int MAX_NAMED = 64;

    private DslaConfigReader() {}

    /**
     * Reads and checks a configuration.
     *
     * @param file dsla_config.json
     * @param base the model it is for
     * @throws InvalidModelException naming the key at fault and what is allowed
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    public static DslaConfig read(Path file, ModelConfig base) {
        JsonSection json = JsonSection.read(file);
        json.oneOf("format", List.of("dsla"));
        json.integer("version", 1, 1);
        json.allowOnly(KEYS);
        DslaForm form = "released".equals(json.oneOf("form", List.of("released", "folding")))
                ? DslaForm.RELEASED
                : DslaForm.FOLDING;
        List<Integer> order = order(json, base.layers());
        String source = json.oneOf("order_source", List.of("kl", "entropy", "needle", "manual"));
        int window = window(json, form);
        int sinks = sinks(json, window);
        float normalizer = normalizer(json);
        float logGateMin = logGateMin(json);
        List<String> fingerprints = fingerprints(json);
        Map<String, List<Double>> sensitivity = sensitivity(json, base.layers());
        List<QualityPoint> quality = quality(json, order.size());
        return new DslaConfig(file, form, new LayerOrder(order, false), source, window, sinks, normalizer, logGateMin,
                fingerprints, sensitivity, quality);
    }

    private static List<Integer> order(JsonSection json, int layers) {
        List<Integer> order = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        for (JsonNode node : json.array("order", 1, layers)) {
            int layer = json.integer("order", node, 0, layers - 1);
            if (!seen.add(layer)) {
                throw json.refuse("order", "distinct layers (" + layer + " is repeated)");
            }
            order.add(layer);
        }
        return order;
    }

    private static int window(JsonSection json, DslaForm form) {
        int window = json.integer("window", 0, MAX_WINDOW, 0);
        if (window > 0 && form == DslaForm.RELEASED) {
            throw json.refuse("window", "0 in the released form");
        }
        return window;
    }

    private static int sinks(JsonSection json, int window) {
        int sinks = json.integer("sinks", 0, MAX_SINKS, 0);
        if (sinks > 0 && window == 0) {
            throw json.refuse("sinks", "0 without a window");
        }
        return sinks;
    }

    private static float normalizer(JsonSection json) {
        // Within F32's normal numbers: what is computed with must be above 0, not only what is written.
        return (float) json.number("gate_logit_normalizer", json.value("gate_logit_normalizer"), Float.MIN_NORMAL,
                Float.MAX_VALUE, "an F32 number above 0");
    }

    private static float logGateMin(JsonSection json) {
        return (float) json.number("log_gate_min", json.value("log_gate_min"), -Float.MAX_VALUE, -Float.MIN_NORMAL,
                "an F32 number below 0");
    }

    private static List<String> fingerprints(JsonSection json) {
        JsonNode given = json.value("base_fingerprint");
        List<String> fingerprints = new ArrayList<>();
        for (JsonNode one : given.isArray() ? json.array("base_fingerprint", 1, MAX_FINGERPRINTS) : List.of(given)) {
            if (!one.isTextual() || !FINGERPRINT.matcher(one.textValue()).matches()) {
                throw json.refuse("base_fingerprint", one, "sha256: and 64 hexadecimal digits, or an array of 1 to "
                        + MAX_FINGERPRINTS + " of them");
            }
            fingerprints.add(one.textValue().toLowerCase(Locale.ROOT));
        }
        return fingerprints;
    }

    private static Map<String, List<Double>> sensitivity(JsonSection json, int layers) {
        if (!json.has("sensitivity")) {
            return Map.of();
        }
        JsonSection named = json.section("sensitivity");
        checkCount(json, "sensitivity", named.keys().size());
        Map<String, List<Double>> sensitivity = new LinkedHashMap<>();
        for (String name : named.keys()) {
            List<Double> numbers = new ArrayList<>();
            for (JsonNode number : named.array(name, layers, layers)) {
                numbers.add(named.number(name, number, -Double.MAX_VALUE, Double.MAX_VALUE, "a number"));
            }
            sensitivity.put(name, List.copyOf(numbers));
        }
        return sensitivity;
    }

    private static List<QualityPoint> quality(JsonSection json, int top) {
        if (!json.has("quality")) {
            return List.of();
        }
        List<QualityPoint> points = new ArrayList<>();
        Set<Integer> levels = new HashSet<>();
        int index = 0;
        for (JsonNode node : json.array("quality", 0, top + 1)) {
            JsonSection entry = json.section("quality[" + index++ + "]", node);
            QualityPoint point = qualityPoint(entry, top);
            if (!levels.add(point.level())) {
                throw entry.refuse("level", "each level once");
            }
            points.add(point);
        }
        points.sort(Comparator.comparingInt(QualityPoint::level));
        return points;
    }

    private static QualityPoint qualityPoint(JsonSection entry, int top) {
        entry.allowOnly(QUALITY_KEYS);
        int level = entry.integer("level", 0, top);
        double nll2k = atLeastZero(entry, "nll_2k");
        double nll8k = atLeastZero(entry, "nll_8k");
        double kl2k = entry.has("kl_2k") ? atLeastZero(entry, "kl_2k") : Double.NaN;
        JsonSection facts = entry.section("hidden_fact");
        checkCount(entry, "hidden_fact", facts.keys().size());
        Map<Integer, Double> shares = new HashMap<>();
        for (String length : facts.keys()) {
            if (!CONTEXT_LENGTH.matcher(length).matches()) {
                throw entry.refuse("hidden_fact", TextNode.valueOf(length), "keys that are context lengths in tokens");
            }
            shares.put(Integer.valueOf(length), facts.number(length, 0, 1));
        }
        return new QualityPoint(level, nll2k, nll8k, kl2k, shares);
    }

    private static double atLeastZero(JsonSection entry, String key) {
        return entry.number(key, entry.value(key), 0, Double.MAX_VALUE, "a number of at least 0");
    }

    private static void checkCount(JsonSection json, String key, int count) {
        if (count > MAX_NAMED) {
            throw new InvalidModelException(json.file(), key, count + " entries", "at most " + MAX_NAMED);
        }
    }
}
