package io.github.jlamadsla.safetensors;

import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream;

/**
 * Reads one header as a stream: what it holds at any time is what the header has really spelled out so far, never what
 * a number in it claims.
 */
final class HeaderParser {
    static final int MAX_TENSORS = 8_192;
    static final int MAX_NAME = 512;
    static final int MAX_DIMENSIONS = 8;
    static final int MAX_METADATA_CHARACTERS = 262_144;

    private static final int MAX_STRING = 65_536;

    private static final String METADATA = "__metadata__";
    private static final String OFFSETS = ".data_offsets";
    private static final String ENTRY = "an object of dtype, shape and data_offsets";

    private final Path file;
    private final long dataBytes;
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    /**
     * @param file for messages
     * @param dataBytes bytes that follow the header
     */
    HeaderParser(Path file, long dataBytes) {
        this.file = file;
        this.dataBytes = dataBytes;
    }

    Map<String, TensorInfo> tensors() {
        return tensors;
    }

    Map<String, String> metadata() {
        return metadata;
    }

    /** Reads and checks a header. */
    void parse(ByteBuffer header) {
        // A decoder of our own: Jackson would guess UTF-16 and UTF-32 and repair malformed UTF-8.
        try (JsonParser json = factory().createParser(new InputStreamReader(new ByteBufferBackedInputStream(header),
                StandardCharsets.UTF_8.newDecoder()))) {
            parseHeader(json);
        } catch (IOException e) {
            throw new InvalidModelException(file, "header", "not readable: " + JsonErrors.reason(e),
                    "one JSON object in UTF-8, names up to " + MAX_NAME + " characters");
        }
        checkOverlap(tensors.values());
    }

    private static JsonFactory factory() {
        return JsonFactory.builder()
                .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(4).maxNameLength(MAX_NAME).maxNumberLength(32)
                                .maxStringLength(MAX_STRING).build())
                // A factory per file: its table of names is not shared, so no file can fill it for others.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .build();
    }

    private void parseHeader(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new InvalidModelException(file, "header", "not an object", "a JSON object");
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (name.equals(METADATA)) {
                parseMetadata(json);
                continue;
            }
            if (tensors.size() == MAX_TENSORS) {
                throw new InvalidModelException(file, "tensors in the header", "more than " + MAX_TENSORS,
                        "0 to " + MAX_TENSORS);
            }
            if (tensors.put(name, parseTensor(json, name)) != null) {
                throw repeated(Excerpt.of(name));
            }
        }
        if (json.nextToken() != null) {
            throw new InvalidModelException(file, "header", "followed by more JSON", "one JSON object, then spaces");
        }
    }

    /** Not left to Jackson: its detection takes as much memory again as the header itself. */
    private InvalidModelException repeated(String key) {
        return new InvalidModelException(file, key, "repeated", "every key once");
    }

    private void parseMetadata(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new InvalidModelException(file, METADATA, "not an object", "an object of strings");
        }
        long characters = 0;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            if (json.nextToken() != JsonToken.VALUE_STRING) {
                throw new InvalidModelException(file, METADATA + "." + Excerpt.of(key), json.currentToken(),
                        "a string");
            }
            if (metadata.put(key, json.getText()) != null) {
                throw repeated(METADATA + "." + Excerpt.of(key));
            }
            characters += key.length() + metadata.get(key).length();
            if (characters > MAX_METADATA_CHARACTERS) {
                throw new InvalidModelException(file, METADATA, "too long",
                        "at most " + MAX_METADATA_CHARACTERS + " characters, " + MAX_STRING + " in one value");
            }
        }
    }

    private TensorInfo parseTensor(JsonParser json, String name) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw refused(name, "", json.currentToken(), ENTRY);
        }
        DType dtype = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            boolean again = switch (field) {
                case "dtype" -> dtype != null;
                case "shape" -> shape != null;
                case "data_offsets" -> offsets != null;
                default -> throw refused(name, "." + Excerpt.of(field), "present", ENTRY);
            };
            if (again) {
                throw repeated(Excerpt.of(name) + "." + field);
            }
            switch (field) {
                case "dtype" -> dtype = dtype(json, name);
                case "shape" -> shape = longs(json, name, ".shape", MAX_DIMENSIONS);
                default -> offsets = longs(json, name, OFFSETS, 2);
            }
        }
        if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
            throw refused(name, "", "incomplete", ENTRY + " (two numbers)");
        }
        return checked(new TensorInfo(name, dtype, shape, offsets.get(0), offsets.get(1)));
    }

    /** An error about a tensor; its name is shortened only here, where it is needed. */
    private InvalidModelException refused(String name, String field, Object value, String allowed) {
        return new InvalidModelException(file, Excerpt.of(name) + field, value, allowed);
    }

    private DType dtype(JsonParser json, String name) throws IOException {
        DType type = json.currentToken() == JsonToken.VALUE_STRING ? DType.named(json.getText()) : null;
        if (type == null) {
            throw refused(name, ".dtype", Excerpt.of(json.getText()),
                    String.join(", ", Arrays.stream(DType.values()).map(DType::name).toList()));
        }
        return type;
    }

    private List<Long> longs(JsonParser json, String name, String field, int most) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw refused(name, field, json.currentToken(), "an array of whole numbers");
        }
        List<Long> numbers = new ArrayList<>(2);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (numbers.size() == most) {
                throw refused(name, field, "more than " + most + " numbers", "at most " + most);
            }
            boolean whole = json.currentToken() == JsonToken.VALUE_NUMBER_INT
                    && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
            if (!whole || json.getLongValue() < 0) {
                throw refused(name, field, Excerpt.of(json.getText()), "whole numbers from 0 to " + Long.MAX_VALUE);
            }
            numbers.add(json.getLongValue());
        }
        return numbers;
    }

    private TensorInfo checked(TensorInfo tensor) {
        if (tensor.begin() > tensor.end() || tensor.end() > dataBytes) {
            throw refused(tensor.name(), OFFSETS, "[" + tensor.begin() + ", " + tensor.end() + "]",
                    "begin <= end <= " + dataBytes + ", the bytes of data in this file");
        }
        long bytes = tensor.dtype().bytes(tensor.shape());
        if (bytes != tensor.bytes()) {
            throw refused(tensor.name(), OFFSETS, tensor.bytes() + " bytes",
                    (bytes < 0 ? "a shape whose bytes are a whole number below 2^63" : bytes + " bytes") + " for "
                            + tensor.dtype() + " " + tensor.shape());
        }
        return tensor;
    }

    private void checkOverlap(Collection<TensorInfo> all) {
        TensorInfo[] sorted = all.stream().filter(tensor -> tensor.bytes() > 0)
                .sorted(Comparator.comparingLong(TensorInfo::begin)).toArray(TensorInfo[]::new);
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i].begin() < sorted[i - 1].end()) {
                throw refused(sorted[i].name(), OFFSETS, "overlapping " + Excerpt.of(sorted[i - 1].name()),
                        "every byte belongs to one tensor: from " + sorted[i - 1].end() + " on");
            }
        }
    }
}
