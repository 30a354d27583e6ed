package io.github.jlamadsla.gguf;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.jlamadsla.safetensors.Excerpt;
import io.github.jlamadsla.safetensors.InvalidModelException;

/**
 * The key/value pairs of a GGUF file. A key that is missing or of another type than asked for is refused by name.
 * Integers of all widths are {@code Long} (above 2^63 - 1 {@code BigInteger}), floats {@code Double}; arrays are
 * {@code long[]} (of truth values too), {@code double[]} or {@code List<String>}.
 */
public final class GgufMetadata {
    private final Path file;
    private final Map<String, Object> values;

    /** @param file where they come from, for messages */
    public GgufMetadata(Path file, Map<String, Object> values) {
        this.file = file;
        this.values = Map.copyOf(values);
    }

    /** The GGUF file, for messages. */
    public Path file() {
        return file;
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** A value as it is, null if there is none. */
    Object value(String key) {
        return values.get(key);
    }

    public String string(String key) {
        return typed(key, String.class, "a string");
    }

    /** An integer within bounds, both included. */
    public long integer(String key, long least, long most) {
        long value = typed(key, Long.class, "an integer");
        if (value < least || value > most) {
            throw refuse(key, value, least + " to " + most);
        }
        return value;
    }

    /** A float, or an integer as one. */
    public double number(String key) {
        return typed(key, Number.class, "a number").doubleValue();
    }

    public boolean flag(String key) {
        return typed(key, Boolean.class, "true or false");
    }

    @SuppressWarnings("unchecked") // an array of strings is the only List a file gives
    public List<String> strings(String key) {
        return typed(key, List.class, "an array of strings");
    }

    public long[] integers(String key) {
        return typed(key, long[].class, "an array of integers").clone();
    }

    public double[] numbers(String key) {
        return typed(key, double[].class, "an array of floats").clone();
    }

    /** The error that refuses a value. */
    public InvalidModelException refuse(String key, Object value, String allowed) {
        return new InvalidModelException(file, key, value, allowed);
    }

    private <T> T typed(String key, Class<T> type, String allowed) {
        Object value = values.get(key);
        if (value == null) {
            throw refuse(key, "missing", allowed);
        }
        if (!type.isInstance(value)) {
            throw refuse(key, Excerpt.of(value), allowed);
        }
        return type.cast(value);
    }
}
