package io.github.jlamadsla.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;

/**
 * Turns the JSON of {@code examples/evaluate} into figures beside those published in the model's card
 * ({@code published-quality.json}), which were taken in PyTorch with products in BF16.
 */
public final class QualityFigures {
    private static final String ISSUE = "A real model: from a GGUF file to a hybrid chat";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern BEGIN_TOKEN = Pattern.compile(" --begin-token[ =](\\S+)");

    private final RunContext run;
    private final String model;
    private final JsonNode published;
    private final List<Figure> figures = new ArrayList<>();

    private QualityFigures(RunContext run, String model, JsonNode published) {
        this.run = run;
        this.model = model;
        this.published = published;
    }

    /**
     * Appends the figures of a run to integration-tests/results/figures.jsonl.
     *
     * @param arguments name of the model in {@code published-quality.json}, JSON file, commit that was measured
     */
    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(System.getProperty("jlamadsla.root"));
        JsonNode measured = JSON.readTree(Path.of(arguments[1]).toFile());
        new Figures(root.resolve("integration-tests/results/figures.jsonl"))
                .append(of(arguments[0], measured, arguments[2], Ceilings.measure()));
    }

    /**
     * The figures of a run.
     *
     * @param model name in {@code published-quality.json}
     * @param measured what examples/evaluate wrote
     * @param commit of the sources that were measured
     * @param ceilings of the machine
     * @throws IllegalArgumentException if nothing is published of the model, or if the run measured other weights,
     *         another form, other keys and values, or a text that begins otherwise
     */
    static List<Figure> of(String model, JsonNode measured, String commit, Ceilings ceilings) {
        JsonNode published = published().get(model);
        if (published == null || !published.get("fingerprint").equals(measured.get("fingerprint"))) {
            throw new IllegalArgumentException("nothing is published of " + model + " with the fingerprint "
                    + measured.get("fingerprint"));
        }
        for (String key : List.of("dsla", "keys_and_values")) {
            requireEqual(model, key, published.get(key), measured.path(key));
        }
        if (!measured.get("texts").isEmpty()) {
            checkBeginToken(model, published, measured);
        }
        RunContext run = new RunContext(ISSUE, measured.get("command").asText(), commit,
                measured.get("machine").asText(), ceilings, measured.get("jdk").asText(),
                measured.get("date").asText());
        return new QualityFigures(run, model, published).all(measured);
    }

    /** Files of before {@code begin_token} was written have it in their command only. */
    private static void checkBeginToken(String model, JsonNode published, JsonNode measured) {
        JsonNode token = measured.path("begin_token");
        if (!token.isMissingNode()) {
            requireEqual(model, "begin_token", published.get("begin_token"), token);
            return;
        }
        Matcher option = BEGIN_TOKEN.matcher(measured.get("command").asText());
        JsonNode given = option.find() ? TextNode.valueOf(option.group(1)) : NullNode.getInstance();
        requireEqual(model, "--begin-token", published.get("begin_token_option"), given);
    }

    private static void requireEqual(String model, String key, JsonNode published, JsonNode measured) {
        if (!published.equals(measured)) {
            throw new IllegalArgumentException("the figures of " + model + " were published with " + key + " "
                    + published + ", these were measured with " + measured);
        }
    }

    private static JsonNode published() {
        try (InputStream in = Objects
                .requireNonNull(QualityFigures.class.getResourceAsStream("published-quality.json"))) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Figure> all(JsonNode measured) {
        for (JsonNode text : measured.get("texts")) {
            String context = text.get("context").asText();
            for (JsonNode level : text.get("levels")) {
                String what = model + ", level " + level.get("level").asText() + ", books in blocks of " + context;
                nats(what, level, published.at("/nats/" + context + "/" + level.get("level").asText()));
                divergence(what, level, published.at("/kl/" + context + "/" + level.get("level").asText()));
            }
        }
        for (JsonNode set : measured.get("hidden_facts")) {
            for (JsonNode level : set.get("levels")) {
                facts(set.get("set").asText(), level);
            }
        }
        measured.get("prompts").forEach(this::prompts);
        return figures;
    }

    private void nats(String what, JsonNode level, JsonNode card) {
        JsonNode nats = level.get("nats");
        Map<String, Double> details = details(nats);
        details.put("nats_above_level_0", level.at("/nats_above_level_0/mean").asDouble());
        details.put("equal_argmax", level.at("/equal_argmax/mean").asDouble());
        compare(what + ": nats per token, difference from the published figure", nats.get("mean").asDouble(), card,
                published.get("nats_tolerance").asDouble(), details);
    }

    private void divergence(String what, JsonNode level, JsonNode card) {
        JsonNode kl = level.get("kl");
        if (level.get("level").asInt() > 0) {
            double tolerance = Math.max(0.1 * card.asDouble(), 0.002);
            compare(what + ": KL to level 0, difference from the published figure", kl.get("mean").asDouble(), card,
                    tolerance, details(kl));
        }
    }

    private void compare(String claim, double value, JsonNode card, double tolerance, Map<String, Double> details) {
        details.put("measured", Measured.rounded(value));
        if (card.isMissingNode()) {
            figures.add(run.figure(claim.replace(", difference from the published figure", ""),
                    new Measured(Measured.rounded(value), 0, "nats", 1), details, "Not published."));
            return;
        }
        details.put("published", card.asDouble());
        Measured difference = new Measured(Measured.rounded(Math.abs(value - card.asDouble())), 0, "nats", 1);
        figures.add(run.figure(claim, Target.atMost(tolerance), difference, details,
                "One run over all blocks; what the text varies by is in the details."));
    }

    private static Map<String, Double> details(JsonNode estimate) {
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("blocks", estimate.get("blocks").asDouble());
        details.put("standard_error", Measured.rounded(estimate.get("standard_error").asDouble()));
        return details;
    }

    private void facts(String set, JsonNode level) {
        for (String way : List.of("teacher_forced", "generated")) {
            JsonNode share = level.get(way);
            Map<String, Double> details = shares(share);
            String claim = model + ", level " + level.get("level").asText() + ", hidden facts " + set + ", "
                    + way.replace('_', '-') + ": share right";
            JsonNode card = published.at("/facts/" + set + "/" + level.get("level").asText());
            if (way.equals("generated") || card.isMissingNode()) {
                figures.add(run.figure(claim, measured(share), details, ""));
                continue;
            }
            details.put("published", card.asDouble());
            double outside = Math.max(0, Math.max(share.get("low").asDouble() - card.asDouble(),
                    card.asDouble() - share.get("high").asDouble()));
            figures.add(run.figure(claim + ", distance of the published one from its 95 % interval",
                    Target.atMost(0), new Measured(Measured.rounded(outside), 0, "share", 1), details,
                    "Published of other chats of the same kind."));
        }
    }

    private void prompts(JsonNode level) {
        JsonNode equal = level.get("equal_to_level_0");
        JsonNode loops = level.get("loops");
        String what = model + ", level " + level.get("level").asText() + ", " + loops.get("of").asInt()
                + " chat prompts, 64 greedy tokens: ";
        figures.add(run.figure(what + "share equal to level 0 over 32 tokens", measured(equal), shares(equal), ""));
        figures.add(run.figure(what + "share that ends in a loop", measured(loops), shares(loops), ""));
    }

    private static Measured measured(JsonNode share) {
        return new Measured(Measured.rounded(share.get("share").asDouble()), 0, "share", 1);
    }

    private static Map<String, Double> shares(JsonNode share) {
        Map<String, Double> details = new LinkedHashMap<>();
        for (String name : List.of("hits", "of", "share", "low", "high")) {
            details.put(name, Measured.rounded(share.get(name).asDouble()));
        }
        return details;
    }
}
