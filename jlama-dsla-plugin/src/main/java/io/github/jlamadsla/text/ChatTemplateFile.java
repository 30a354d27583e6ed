package io.github.jlamadsla.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.jlamadsla.safetensors.InvalidModelException;

/**
 * What a model directory says about its chat template.
 *
 * @param origin the file the template stands in
 * @param template Jinja source
 * @param bosToken spelling, or "" if the model has none
 * @param eosToken likewise
 */
record ChatTemplateFile(Path origin, String template, String bosToken, String eosToken) {
    private static final long MAX_BYTES = 16L << 20;
    private static final String ALLOWED = "a Jinja template (a text, or a list with one named 'default')";

    static ChatTemplateFile read(Path tokenizerConfig) {
        JsonNode config = parse(tokenizerConfig, load(tokenizerConfig, "a readable tokenizer_config.json"));
        Path own = tokenizerConfig.resolveSibling("chat_template.jinja");
        boolean hasOwn = Files.isRegularFile(own);
        String template = hasOwn
                ? load(own, "a readable Jinja template")
                : template(tokenizerConfig, config.path("chat_template"));
        return new ChatTemplateFile(hasOwn ? own : tokenizerConfig, template,
                token(tokenizerConfig, config, "bos_token"), token(tokenizerConfig, config, "eos_token"));
    }

    private static String template(Path file, JsonNode node) {
        if (node.isTextual()) {
            return node.asText();
        }
        for (JsonNode named : node) {
            if (named.path("name").asText().equals("default") && named.path("template").isTextual()) {
                return named.path("template").asText();
            }
        }
        throw new InvalidModelException(file, "chat_template", node.isMissingNode() ? "missing" : "no text", ALLOWED);
    }

    private static String token(Path file, JsonNode config, String key) {
        JsonNode node = config.path(key);
        JsonNode spelling = node.isObject() ? node.path("content") : node;
        if (spelling.isMissingNode() || spelling.isNull()) {
            return "";
        }
        if (!spelling.isTextual()) {
            throw new InvalidModelException(file, key, spelling, "a text, or an object with content");
        }
        return spelling.asText();
    }

    private static JsonNode parse(Path file, String json) {
        try {
            JsonNode root = new ObjectMapper().readTree(json);
            if (root.isObject()) {
                return root;
            }
            throw new InvalidModelException(file, "content", "not a JSON object", "a JSON object");
        } catch (JacksonException e) {
            throw new InvalidModelException(file, "content", "broken JSON (" + e.getOriginalMessage() + ")",
                    "a JSON object");
        }
    }

    private static String load(Path file, String allowed) {
        try {
            long bytes = Files.size(file);
            if (bytes > MAX_BYTES) {
                throw new InvalidModelException(file, "size", bytes + " bytes", "at most " + MAX_BYTES + " bytes");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new InvalidModelException(file, "file", "missing", allowed);
        } catch (IOException e) {
            throw new InvalidModelException(file, "file", "unreadable (" + e + ")", allowed);
        }
    }
}
