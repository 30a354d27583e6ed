package io.github.jlamadsla.bridge;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeSet;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.jlamadsla.safetensors.Excerpt;
import io.github.jlamadsla.safetensors.FileKind;
import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.safetensors.JsonErrors;

/**
 * An object in a small JSON file, read within limits. Every getter checks what it returns; what it refuses is an
 * {@link InvalidModelException} with file, key, value and what is allowed. A key that is absent and a key that is null
 * are the same.
 */
public final class JsonSection {
    /** Longest file that is read, in bytes. */
    public static final int MAX_BYTES = 1 << 20;

    private static final int MAX_TOKENS = 40_000;
    private static final int MAX_STRING = 1 << 18;
    private static final int SHOWN_ELEMENTS = 16;
    private static final int MAX_DEPTH = 16;

    private final Path file;
    private final String prefix;
    private final ObjectNode object;

    private JsonSection(Path file, String prefix, ObjectNode object) {
        this.file = file;
        this.prefix = prefix;
        this.object = object;
    }

    /**
     * Reads a file that holds one JSON object.
     *
     * @throws InvalidModelException if it is missing, longer than 1 MiB or not one JSON object without repeated keys
     * @throws UncheckedIOException if it cannot be read
     */
    public static JsonSection read(Path file) {
        long size = size(file);
        if (size > MAX_BYTES) {
            throw new InvalidModelException(file, "file size", size + " bytes", "at most " + MAX_BYTES);
        }
        try (InputStream in = Files.newInputStream(file);
                InputStreamReader text = new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder())) {
            JsonNode root = mapper().readTree(text);
            if (root instanceof ObjectNode object) {
                return new JsonSection(file, "", object);
            }
            throw new InvalidModelException(file, "file", root.isMissingNode() ? "empty" : "not an object",
                    "one JSON object");
        } catch (JacksonException | CharacterCodingException e) {
            throw new InvalidModelException(file, "file", "not readable: " + JsonErrors.reason(e),
                    "one JSON object in UTF-8 without repeated keys, of at most " + MAX_TOKENS + " tokens");
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be read: " + e, e);
        }
    }

    /**
     * Size of a file in bytes.
     *
     * @throws InvalidModelException if there is no regular file
     */
    static long size(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new InvalidModelException(file, "file", FileKind.of(file), "a readable file");
        }
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be read: " + e, e);
        }
    }

    private static ObjectMapper mapper() {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder().maxDocumentLength(MAX_BYTES)
                        .maxTokenCount(MAX_TOKENS).maxNestingDepth(MAX_DEPTH).maxNameLength(1_024).maxNumberLength(64)
                        .maxStringLength(MAX_STRING).build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .build();
        return new ObjectMapper(factory).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    /** The file, for messages. */
    public Path file() {
        return file;
    }

    /** The keys of this object. */
    public Collection<String> keys() {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    /** Whether a key has a value other than null. */
    public boolean has(String key) {
        return object.hasNonNull(key);
    }

    /** A value as it stands, a missing node if absent or null. */
    public JsonNode value(String key) {
        return has(key) ? object.get(key) : MissingNode.getInstance();
    }

    /**
     * An error about one key of this object.
     *
     * @param allowed what would be accepted
     */
    public InvalidModelException refuse(String key, String allowed) {
        return refuse(key, value(key), allowed);
    }

    /** An error about a value under a key of this object. */
    public InvalidModelException refuse(String key, JsonNode value, String allowed) {
        return new InvalidModelException(file, prefix + Excerpt.of(key),
                shown(value), allowed);
    }

    /** Short arrays as they stand, others by their size: the text of a long one is never built. */
    private static String shownArray(JsonNode array) {
        if (array.size() > SHOWN_ELEMENTS) {
            return "an array of " + array.size() + " elements";
        }
        StringJoiner elements = new StringJoiner(", ", "[", "]");
        array.forEach(element -> elements.add(shownElement(element)));
        return elements.toString();
    }

    private static String shownElement(JsonNode element) {
        if (element.isContainerNode()) {
            return "...";
        }
        return element.isTextual() ? quoted(element) : Excerpt.of(element.asText());
    }

    private static String quoted(JsonNode text) {
        return '"' + Excerpt.of(text.textValue()) + '"';
    }

    private static String shown(JsonNode value) {
        return switch (value.getNodeType()) {
            case MISSING -> "missing";
            case OBJECT -> "an object";
            case ARRAY -> shownArray(value);
            case STRING -> quoted(value);
            default -> Excerpt.of(value.asText());
        };
    }

    /** Refuses every key but these. */
    public void allowOnly(Collection<String> allowed) {
        for (String key : keys()) {
            if (!allowed.contains(key)) {
                throw new InvalidModelException(file, prefix + Excerpt.of(key), "an unknown key",
                        String.join(", ", new TreeSet<>(allowed)));
            }
        }
    }

    /** A whole number from {@code min} to {@code max}. */
    public int integer(String key, int min, int max) {
        return integer(key, value(key), min, max);
    }

    /** A whole number from {@code min} to {@code max}, {@code fallback} if absent. */
    public int integer(String key, int min, int max, int fallback) {
        return has(key) ? integer(key, min, max) : fallback;
    }

    /** A node under a key as a whole number from {@code min} to {@code max}. */
    public int integer(String key, JsonNode node, int min, int max) {
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < min || node.intValue() > max) {
            throw refuse(key, node, min == max ? Integer.toString(min) : "a whole number from " + min + " to " + max);
        }
        return node.intValue();
    }

    /** A number from {@code min} to {@code max}. */
    public double number(String key, double min, double max) {
        return number(key, value(key), min, max);
    }

    /** A node under a key as a number from {@code min} to {@code max}. */
    public double number(String key, JsonNode node, double min, double max) {
        return number(key, node, min, max, "a number from " + plain(min) + " to " + plain(max));
    }

    /** A node under a key as a number from {@code min} to {@code max}, which {@code allowed} says in words. */
    public double number(String key, JsonNode node, double min, double max, String allowed) {
        double number = node.isNumber() ? node.doubleValue() : Double.NaN;
        // Written so that NaN fails.
        if (!(number >= min && number <= max)) {
            throw refuse(key, node, allowed);
        }
        return number;
    }

    /** true or false, {@code fallback} if absent. */
    public boolean flag(String key, boolean fallback) {
        if (has(key) && !value(key).isBoolean()) {
            throw refuse(key, "true or false");
        }
        return has(key) ? value(key).booleanValue() : fallback;
    }

    /** One of the given strings. */
    public String oneOf(String key, Collection<String> allowed) {
        JsonNode node = value(key);
        if (!node.isTextual() || !allowed.contains(node.textValue())) {
            throw refuse(key, String.join(", ", allowed));
        }
        return node.textValue();
    }

    /** An object under a key. */
    public JsonSection section(String key) {
        return section(key, value(key));
    }

    /** A node under a key, or an element of an array under it, as an object. */
    public JsonSection section(String key, JsonNode node) {
        if (node instanceof ObjectNode inner) {
            return new JsonSection(file, prefix + Excerpt.of(key) + ".", inner);
        }
        throw refuse(key, node, "an object");
    }

    /** An array under a key, of {@code min} to {@code max} elements. */
    public JsonNode array(String key, int min, int max) {
        JsonNode node = value(key);
        if (!node.isArray() || node.size() < min || node.size() > max) {
            throw refuse(key, "an array of " + (min == max ? "" : min + " to ") + max + " elements");
        }
        return node;
    }

    private static String plain(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e9
                ? Long.toString((long) number)
                : Double.toString(number);
    }
}
