package io.github.jlamadsla.gguf;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import io.github.jlamadsla.safetensors.InvalidModelException;

/** Reads the values of a GGUF file's keys, each with its type before it. */
final class GgufValues {
    /** Most elements of all arrays of a file together. A vocabulary of 256,000 tokens takes about 1.3 million. */
    static final int MAX_ELEMENTS = 1 << 22;
    /** Most strings in arrays among them: a vocabulary of 256,000 tokens takes about 800,000 with its merges. */
    static final int MAX_STRINGS = 1 << 20;
    /** Longest string, in bytes: a chat template. */
    static final int MAX_STRING_BYTES = 1 << 20;
    /** Most bytes of all strings of a file together. */
    static final long MAX_TEXT_BYTES = 64L << 20;

    private static final int UINT8 = 0;
    private static final int INT8 = 1;
    private static final int UINT16 = 2;
    private static final int INT16 = 3;
    private static final int UINT32 = 4;
    private static final int INT32 = 5;
    private static final int FLOAT32 = 6;
    private static final int BOOL = 7;
    private static final int STRING = 8;
    private static final int ARRAY = 9;
    private static final int UINT64 = 10;
    private static final int INT64 = 11;
    private static final int FLOAT64 = 12;

    private final Path file;
    private final GgufCursor cursor;
    private int elements;
    private int strings;
    private long textBytes;

    GgufValues(Path file, GgufCursor cursor) {
        this.file = file;
        this.cursor = cursor;
    }

    /**
     * The next value, as {@link GgufMetadata} describes.
     *
     * @param key for messages, on one line
     */
    Object value(String key) {
        int type = cursor.int32(key);
        return type == ARRAY ? array(key) : scalar(type, key);
    }

    private Object scalar(int type, String key) {
        return switch (type) {
            case FLOAT32, FLOAT64 -> floating(type, key);
            case BOOL -> flag(key);
            case STRING -> text(key);
            case UINT64 -> unsigned(cursor.int64(key));
            default -> integer(type, key);
        };
    }

    private Object array(String key) {
        int type = cursor.int32(key);
        int most = MAX_ELEMENTS - elements;
        int count = cursor.count(key, leastBytes(type, key),
                type == STRING ? Math.min(most, MAX_STRINGS - strings) : most);
        elements += count;
        strings += type == STRING ? count : 0;
        return switch (type) {
            case STRING -> strings(key, count);
            case FLOAT32, FLOAT64 -> floats(type, key, count);
            default -> integers(type, key, count);
        };
    }

    private List<String> strings(String key, int count) {
        String[] texts = new String[count];
        for (int i = 0; i < count; i++) {
            texts[i] = text(key);
        }
        return Collections.unmodifiableList(Arrays.asList(texts));
    }

    private double[] floats(int type, String key, int count) {
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = floating(type, key);
        }
        return numbers;
    }

    private long[] integers(int type, String key, int count) {
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = switch (type) {
                case BOOL -> flag(key) ? 1 : 0;
                case UINT64 -> signed(key, cursor.int64(key));
                default -> integer(type, key);
            };
        }
        return numbers;
    }

    private String text(String key) {
        long before = cursor.position();
        String text = cursor.string(key, MAX_STRING_BYTES);
        textBytes += cursor.position() - before;
        if (textBytes > MAX_TEXT_BYTES) {
            throw new InvalidModelException(file, "text of all keys", "more than " + MAX_TEXT_BYTES + " bytes",
                    "at most " + MAX_TEXT_BYTES);
        }
        return text;
    }

    private double floating(int type, String key) {
        return type == FLOAT32 ? cursor.float32(key) : cursor.float64(key);
    }

    private boolean flag(String key) {
        byte value = cursor.int8(key);
        if (value != 0 && value != 1) {
            throw new InvalidModelException(file, key, "a truth value of " + Byte.toUnsignedInt(value), "0 or 1");
        }
        return value == 1;
    }

    private long integer(int type, String key) {
        return switch (type) {
            case UINT8 -> Byte.toUnsignedLong(cursor.int8(key));
            case INT8 -> cursor.int8(key);
            case UINT16 -> Short.toUnsignedLong(cursor.int16(key));
            case INT16 -> cursor.int16(key);
            case UINT32 -> Integer.toUnsignedLong(cursor.int32(key));
            case INT32 -> cursor.int32(key);
            case INT64 -> cursor.int64(key);
            default -> throw unknown(type, key);
        };
    }

    private static Number unsigned(long value) {
        return value >= 0 ? (Number) value : new BigInteger(Long.toUnsignedString(value));
    }

    private long signed(String key, long value) {
        if (value < 0) {
            throw new InvalidModelException(file, key, "an array with " + Long.toUnsignedString(value),
                    "integers below 2^63");
        }
        return value;
    }

    /** Fewest bytes that an element takes. */
    private int leastBytes(int type, String key) {
        return switch (type) {
            case UINT8, INT8, BOOL -> Byte.BYTES;
            case UINT16, INT16 -> Short.BYTES;
            case UINT32, INT32, FLOAT32 -> Integer.BYTES;
            case UINT64, INT64, FLOAT64, STRING -> Long.BYTES;
            case ARRAY -> throw new InvalidModelException(file, key, "an array of arrays", "arrays of single values");
            default -> throw unknown(type, key);
        };
    }

    private InvalidModelException unknown(int type, String key) {
        return new InvalidModelException(file, key, "of value type " + Integer.toUnsignedString(type), "0 to 12");
    }
}
