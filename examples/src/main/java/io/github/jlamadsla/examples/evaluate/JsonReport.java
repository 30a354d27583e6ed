package io.github.jlamadsla.examples.evaluate;

import java.io.UncheckedIOException;
import java.nio.file.Path;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.jlamadsla.quality.Estimate;
import io.github.jlamadsla.quality.FactFigures;
import io.github.jlamadsla.quality.PromptFigures;
import io.github.jlamadsla.quality.Share;
import io.github.jlamadsla.quality.TextFigures;
import io.github.jlamadsla.quality.TextMeasurement;
import io.github.jlamadsla.quality.TokenText;

/** All numbers for programs. What was not measured is null. */
final class JsonReport {
    private final ObjectMapper json = new ObjectMapper();

    /** Writes it. */
    void write(Path file, RunDescription run, Results results) {
        ObjectNode root = json.createObjectNode();
        root.put("model", run.model()).put("fingerprint", run.fingerprint()).put("dsla", run.form())
                .put("keys_and_values", run.keysAndValues())
                .put("begin_token", run.beginToken() == TokenText.NO_TOKEN ? null : run.beginToken())
                .put("machine", run.machine()).put("jdk", run.jdk())
                .put("date", run.date()).put("command", run.command());
        ArrayNode texts = root.putArray("texts");
        results.texts().forEach(text -> texts.add(text(text)));
        ArrayNode facts = root.putArray("hidden_facts");
        results.facts().forEach(set -> facts.add(facts(set)));
        ArrayNode prompts = root.putArray("prompts");
        results.prompts().forEach(level -> prompts.add(prompts(level)));
        try {
            OutputFiles.write(file, json.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectNode text(TextMeasurement text) {
        ObjectNode node = json.createObjectNode().put("context", text.context()).put("tokens", text.tokens());
        ArrayNode levels = node.putArray("levels");
        for (TextFigures figures : text.levels()) {
            ObjectNode level = levels.addObject().put("level", figures.level());
            level.put("perplexity", figures.perplexity());
            put(level, "nats", figures.nats());
            put(level, "nats_above_level_0", figures.above());
            put(level, "kl", figures.divergence());
            put(level, "equal_argmax", figures.equal());
        }
        return node;
    }

    private ObjectNode facts(FactFigures set) {
        ObjectNode node = json.createObjectNode().put("set", set.set()).put("chats", set.chats());
        ArrayNode levels = node.putArray("levels");
        for (FactFigures.OfLevel figures : set.levels()) {
            ObjectNode level = levels.addObject().put("level", figures.level());
            put(level, "teacher_forced", figures.teacherForced());
            put(level, "generated", figures.generated());
        }
        return node;
    }

    private ObjectNode prompts(PromptFigures figures) {
        ObjectNode node = json.createObjectNode().put("level", figures.level());
        put(node, "equal_to_level_0", figures.equal());
        put(node, "loops", figures.loops());
        put(node, "common_tokens", figures.common());
        return node;
    }

    private static void put(ObjectNode node, String name, Estimate estimate) {
        ObjectNode inner = node.putObject(name);
        number(inner, "mean", estimate.mean());
        number(inner, "standard_error", estimate.standardError());
        inner.put("blocks", estimate.blocks());
    }

    private static void put(ObjectNode node, String name, Share share) {
        ObjectNode inner = node.putObject(name).put("hits", share.hits()).put("of", share.of());
        number(inner, "share", share.value());
        number(inner, "low", share.low());
        number(inner, "high", share.high());
    }

    private static void number(ObjectNode node, String name, double value) {
        if (Double.isNaN(value)) {
            node.putNull(name);
        } else {
            node.put(name, value);
        }
    }
}
