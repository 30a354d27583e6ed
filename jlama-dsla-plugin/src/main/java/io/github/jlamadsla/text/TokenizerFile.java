package io.github.jlamadsla.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.jlamadsla.bridge.JlamaModelDirectory;
import io.github.jlamadsla.safetensors.InvalidModelException;

/**
 * A checked {@code tokenizer.json}.
 *
 * @param json the whole file
 * @param ids id of each token, as spelled in the file
 * @param special id of each special token, in the file's order
 * @param size one more than the highest id
 * @param byteFallback whether the decoder gathers single-byte tokens before it makes text of them
 */
record TokenizerFile(String json, Map<String, Integer> ids, SequencedMap<String, Integer> special, int size,
        boolean byteFallback) {

    static final int MAX_ID = 1 << 24;

    static TokenizerFile read(Path file) {
        String json = load(file);
        JsonNode root = parse(file, json);
        Map<String, Integer> ids = new HashMap<>();
        readVocabulary(file, root.path("model"), ids);
        SequencedMap<String, Integer> special = new LinkedHashMap<>();
        readAddedTokens(file, root, ids, special);
        int highest = ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
        if (highest < 0) {
            throw new InvalidModelException(file, "model.vocab", "empty", "at least one token");
        }
        return new TokenizerFile(json, Collections.unmodifiableMap(ids), Collections.unmodifiableSequencedMap(special),
                highest + 1, root.path("decoder").toString().contains("\"ByteFallback\""));
    }

    private static String load(Path file) {
        try {
            long bytes = Files.size(file);
            if (bytes > JlamaModelDirectory.MAX_TOKENIZER_BYTES) {
                throw new InvalidModelException(file, "size", bytes + " bytes",
                        "at most " + JlamaModelDirectory.MAX_TOKENIZER_BYTES + " bytes");
            }
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new InvalidModelException(file, "file", "missing", "a readable tokenizer.json");
        } catch (IOException e) {
            throw new InvalidModelException(file, "file", "unreadable (" + e + ")", "a readable tokenizer.json");
        }
    }

    private static JsonNode parse(Path file, String json) {
        try {
            JsonNode root = new ObjectMapper().readTree(json);
            if (!root.isObject()) {
                throw new InvalidModelException(file, "content", "not a JSON object", "a JSON object");
            }
            return root;
        } catch (JacksonException e) {
            throw new InvalidModelException(file, "content", "broken JSON (" + e.getOriginalMessage() + ")",
                    "a JSON object");
        }
    }

    private static void readVocabulary(Path file, JsonNode model, Map<String, Integer> ids) {
        JsonNode vocabulary = model.path("vocab");
        if (vocabulary.isObject()) {
            vocabulary.properties()
                    .forEach(entry -> ids.put(entry.getKey(), id(file, "model.vocab", entry.getValue())));
        } else if (vocabulary.isArray()) { // Unigram: the index is the id
            for (int i = 0; i < vocabulary.size(); i++) {
                ids.put(vocabulary.get(i).path(0).asText(), i);
            }
        } else {
            throw new InvalidModelException(file, "model.vocab", vocabulary.isMissingNode() ? "missing" : "not a list",
                    "an object or an array of tokens");
        }
    }

    private static void readAddedTokens(Path file, JsonNode root, Map<String, Integer> ids,
            SequencedMap<String, Integer> special) {
        for (JsonNode token : root.path("added_tokens")) {
            String content = token.path("content").asText();
            if (content.isEmpty()) {
                throw new InvalidModelException(file, "added_tokens.content", token.path("content"),
                        "a text that is not empty");
            }
            int id = id(file, "added_tokens.id", token.path("id"));
            ids.put(content, id);
            if (token.path("special").asBoolean()) {
                checkSpelling(file, root.path("normalizer"), token, content);
                special.put(content, id);
            }
        }
    }

    /** Refuses special tokens that a text could spell in a way we cannot take apart. */
    private static void checkSpelling(Path file, JsonNode normalizer, JsonNode token, String content) {
        if (content.codePointCount(0, content.length()) < 2) {
            throw new InvalidModelException(file, "added_tokens.content", "'" + content + "'",
                    "special tokens of two characters or more");
        }
        if (token.path("normalized").asBoolean() && changesLetters(normalizer)) {
            throw new InvalidModelException(file, "added_tokens.normalized", "true for '" + content + "'",
                    "false for special tokens beside a normalizer of type " + normalizer.path("type").asText());
        }
    }

    private static boolean changesLetters(JsonNode normalizer) {
        String type = normalizer.path("type").asText("");
        if (type.equals("Sequence")) {
            for (JsonNode part : normalizer.path("normalizers")) {
                if (changesLetters(part)) {
                    return true;
                }
            }
            return false;
        }
        return normalizer.isObject() && !type.equals("Prepend") && !type.equals("Replace");
    }

    private static int id(Path file, String key, JsonNode value) {
        if (!value.isInt() || value.intValue() < 0 || value.intValue() > MAX_ID) {
            throw new InvalidModelException(file, key, value.isMissingNode() ? "missing" : value.toString(),
                    "0 to " + MAX_ID);
        }
        return value.intValue();
    }
}
