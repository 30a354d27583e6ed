package io.github.jlamadsla.bridge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;

import io.github.jlamadsla.safetensors.InvalidModelException;

/** Reads tokenizer_config.json and chat_template.jinja, both optional. The latter's template wins, as in Transformers. */
final class TokenizerConfigReader {
    private static final String CONFIG = "tokenizer_config.json";
    private static final String TEMPLATE_FILE = "chat_template.jinja";
    private static final String TEMPLATE = "chat_template";
    private static final String DEFAULT = "default";

    private TokenizerConfigReader() {}

    static TokenizerConfig read(Path directory) {
        Path file = directory.resolve(CONFIG);
        Path templateFile = directory.resolve(TEMPLATE_FILE);
        String template = Files.exists(templateFile) ? text(templateFile) : null;
        if (!Files.exists(file)) {
            return new TokenizerConfig(null, null, template);
        }
        JsonSection json = JsonSection.read(file);
        return new TokenizerConfig(token(json, "bos_token"), token(json, "eos_token"),
                template != null ? template : template(json));
    }

    /** A special token: its text, or an object with it as {@code content}. */
    private static String token(JsonSection json, String key) {
        JsonNode token = json.value(key);
        if (token.isMissingNode() || token.isTextual()) {
            return token.textValue();
        }
        if (token.path("content").isTextual()) {
            return token.path("content").textValue();
        }
        throw json.refuse(key, "a string, or an object with the string content");
    }

    /** One template, or a list of named ones of which {@code default} is taken. */
    private static String template(JsonSection json) {
        JsonNode template = json.value(TEMPLATE);
        if (template.isMissingNode() || template.isTextual()) {
            return template.textValue();
        }
        if (!template.isArray()) {
            throw json.refuse(TEMPLATE, "a string, or an array of objects of name and template");
        }
        for (JsonNode named : template) {
            if (DEFAULT.equals(named.path("name").textValue()) && named.path("template").isTextual()) {
                return named.path("template").textValue();
            }
        }
        throw json.refuse(TEMPLATE, "an array with an object whose name is " + DEFAULT);
    }

    private static String text(Path file) {
        long size = JsonSection.size(file);
        if (size > JsonSection.MAX_BYTES) {
            throw new InvalidModelException(file, "file size", size + " bytes", "at most " + JsonSection.MAX_BYTES);
        }
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new InvalidModelException(file, "file", "malformed UTF-8", "a Jinja template in UTF-8");
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be read: " + e, e);
        }
    }
}
