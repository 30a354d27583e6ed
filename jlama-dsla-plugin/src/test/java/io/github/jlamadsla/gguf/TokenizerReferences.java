package io.github.jlamadsla.gguf;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.jlamadsla.text.TextCodec;

/** Small vocabularies as GGUF metadata, and what the original programs make of texts (make_reference.py beside it). */
final class TokenizerReferences {
    static final Path FILE = Path.of("model.gguf");
    private static final List<Kind> KINDS = load();

    /** @param begun ids of "The sea" with what is put to texts */
    record Kind(String name, Map<String, Object> metadata, int[] begun, List<Case> cases) {
        @Override
        public String toString() {
            return name;
        }
    }

    record Case(String text, int[] ids) {}

    private TokenizerReferences() {}

    static List<Kind> kinds() {
        return KINDS;
    }

    private static List<Kind> load() {
        try (InputStream in = TokenizerReferences.class.getResourceAsStream("/gguf-tokenizer/reference.json")) {
            List<Kind> kinds = new ArrayList<>();
            for (JsonNode kind : new ObjectMapper().readTree(in)) {
                List<Case> cases = new ArrayList<>();
                kind.path("cases")
                        .forEach(one -> cases.add(new Case(one.path("text").asText(), ints(one.path("ids")))));
                kinds.add(new Kind(kind.path("name").asText(), metadata(kind.path("metadata")),
                        ints(kind.path("begun")), cases));
            }
            return List.copyOf(kinds);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The values of a kind, to be changed. */
    static Map<String, Object> values(String name) {
        Map<String, Object> values = new HashMap<>(
                KINDS.stream().filter(kind -> kind.name().equals(name)).findFirst().orElseThrow().metadata());
        values.replaceAll((key, value) -> switch (value) {
            case long[] numbers -> numbers.clone();
            case double[] numbers -> numbers.clone();
            default -> value;
        });
        return values;
    }

    static GgufMetadata metadata(Map<String, Object> values) {
        return new GgufMetadata(FILE, values);
    }

    static TokenizerFiles files(Map<String, Object> values) {
        return TokenizerFiles.of(metadata(values));
    }

    static TextCodec codec(Path directory, Map<String, Object> values) {
        return TextCodec.open(write(directory, files(values)).resolve("tokenizer.json"));
    }

    static Path write(Path directory, TokenizerFiles files) {
        try {
            Files.createDirectories(directory);
            Files.write(directory.resolve("tokenizer.json"), files.tokenizer());
            Files.write(directory.resolve("tokenizer_config.json"), files.config());
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> metadata(JsonNode json) {
        Map<String, Object> values = new HashMap<>();
        values.put("llama.context_length", 512L);
        json.properties().forEach(entry -> values.put(entry.getKey(), value(entry.getKey(), entry.getValue())));
        return values;
    }

    private static Object value(String key, JsonNode json) {
        if (json.isArray()) {
            return switch (key) {
                case TokenizerVocabulary.TYPES -> longs(json);
                case SentencePieceTokenizer.SCORES -> doubles(json);
                default -> strings(json);
            };
        }
        return json.isTextual() ? json.textValue() : json.isBoolean() ? (Object) json.booleanValue() : json.longValue();
    }

    private static List<String> strings(JsonNode json) {
        List<String> strings = new ArrayList<>();
        json.forEach(one -> strings.add(one.textValue()));
        return List.copyOf(strings);
    }

    private static long[] longs(JsonNode json) {
        long[] longs = new long[json.size()];
        for (int i = 0; i < longs.length; i++) {
            longs[i] = json.get(i).longValue();
        }
        return longs;
    }

    private static double[] doubles(JsonNode json) {
        double[] doubles = new double[json.size()];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = json.get(i).doubleValue();
        }
        return doubles;
    }

    private static int[] ints(JsonNode json) {
        int[] ints = new int[json.size()];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = json.get(i).intValue();
        }
        return ints;
    }
}
