package io.github.jlamadsla.gguf;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.jlamadsla.safetensors.Excerpt;
import io.github.jlamadsla.safetensors.InvalidModelException;

/**
 * Reads the header of a GGUF file: magic, version, counts, key/value pairs, list of tensors. What it holds at any time
 * is what the file has really spelled out so far, never what a count in it claims.
 */
final class GgufHeader {
    static final int MAX_TENSORS = 8_192;
    static final int MAX_KEYS = 4_096;
    static final int MAX_NAME_BYTES = 128;

    private static final int MAGIC = 0x46554747; // "GGUF", little endian
    private static final int MAX_KEY_BYTES = 1_024;
    private static final int MAX_DIMENSIONS = 4;
    private static final long MAX_DIMENSION = Integer.MAX_VALUE;
    // Of the length of a name or key, then nothing, and the fixed fields behind it.
    private static final int LEAST_TENSOR_BYTES = 32;
    private static final int LEAST_KEY_BYTES = 13;
    private static final int MAX_ALIGNMENT = 1 << 20;
    private static final String ALIGNMENT = "general.alignment";

    private final Path file;
    private final long fileBytes;
    private final GgufCursor cursor;
    private final GgufValues reader;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();
    private long alignment = 32;
    private long dataBegin;

    /**
     * @param file for messages
     * @param bytes the whole file
     */
    GgufHeader(Path file, MemorySegment bytes) {
        this.file = file;
        this.fileBytes = bytes.byteSize();
        this.cursor = new GgufCursor(file, bytes);
        this.reader = new GgufValues(file, cursor);
    }

    Map<String, Object> values() {
        return values;
    }

    Map<String, GgufTensor> tensors() {
        return tensors;
    }

    /** Where the tensors' data begin; may lie behind the end of a file without any. */
    long dataBegin() {
        return dataBegin;
    }

    /** Reads and checks the header. */
    void parse() {
        checkVersion();
        int tensorCount = cursor.count("tensors", LEAST_TENSOR_BYTES, MAX_TENSORS);
        int keyCount = cursor.count("keys", LEAST_KEY_BYTES, MAX_KEYS);
        for (int i = 0; i < keyCount; i++) {
            readKey(i);
        }
        readAlignment();
        for (int i = 0; i < tensorCount; i++) {
            readTensor(i);
        }
        dataBegin = (cursor.position() + alignment - 1) / alignment * alignment;
        tensors.values().forEach(this::checkPlace);
        checkOverlap(tensors.values());
    }

    private void checkVersion() {
        int magic = cursor.int32("magic");
        if (magic != MAGIC) {
            throw refused("magic", "0x%08x".formatted(Integer.reverseBytes(magic)),
                    "0x47475546, \"GGUF\": this is no GGUF file");
        }
        int version = cursor.int32("version");
        if (version != 2 && version != 3) {
            int swapped = Integer.reverseBytes(version);
            boolean bigEndian = swapped >= 1 && swapped <= 3;
            throw refused("version", bigEndian ? swapped + ", big endian" : Integer.toUnsignedString(version),
                    "2 or 3, little endian");
        }
    }

    private void readKey(int index) {
        String key = cursor.string("key " + index, MAX_KEY_BYTES);
        Object value = reader.value(Excerpt.of(key));
        if (values.put(key, value) != null) {
            throw refused(key, "repeated", "every key once");
        }
    }

    private void readAlignment() {
        Object given = values.get(ALIGNMENT);
        if (given == null) {
            return;
        }
        if (!(given instanceof Long number) || number < 8 || number > MAX_ALIGNMENT || Long.bitCount(number) != 1) {
            throw refused(ALIGNMENT, Excerpt.of(given), "a power of two from 8 to " + MAX_ALIGNMENT);
        }
        alignment = number;
    }

    private void readTensor(int index) {
        String name = cursor.string("name of tensor " + index, MAX_NAME_BYTES);
        String shown = Excerpt.of(name);
        int dimensions = cursor.int32(shown + " (dimensions)");
        if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
            throw refused(name, Integer.toUnsignedString(dimensions) + " dimensions", "1 to " + MAX_DIMENSIONS);
        }
        Long[] shape = new Long[dimensions];
        for (int i = dimensions - 1; i >= 0; i--) {
            shape[i] = dimension(name, cursor.int64(shown));
        }
        GgmlType type = type(name, cursor.int32(shown));
        GgufTensor tensor = new GgufTensor(name, type, List.of(shape), cursor.int64(shown));
        checkSize(tensor);
        if (tensors.put(name, tensor) != null) {
            throw refused(name, "repeated", "every tensor once");
        }
    }

    private long dimension(String name, long size) {
        if (size < 1 || size > MAX_DIMENSION) {
            throw refused(name, "of a dimension of " + Long.toUnsignedString(size), "1 to " + MAX_DIMENSION);
        }
        return size;
    }

    private GgmlType type(String name, int number) {
        GgmlType type = GgmlType.numbered(number);
        if (type == null || !type.readable()) {
            throw refused(name,
                    "of type " + (type == null ? Integer.toUnsignedString(number) + ", an unknown one" : type),
                    GgmlType.READABLE);
        }
        return type;
    }

    private void checkSize(GgufTensor tensor) {
        if (tensor.columns() % tensor.type().blockElements() != 0) {
            throw refused(tensor.name(), "of rows of " + tensor.columns() + " elements",
                    "multiples of " + tensor.type().blockElements() + ", the block of " + tensor.type());
        }
        try {
            if (tensor.bytes() > fileBytes) {
                throw refused(tensor.name(), tensor.bytes() + " bytes", "at most " + fileBytes + ", the file's size");
            }
        } catch (ArithmeticException overflow) {
            throw refused(tensor.name(), tensor.type() + " " + tensor.shape(), "a shape whose bytes are below 2^63");
        }
    }

    private void checkPlace(GgufTensor tensor) {
        long begin = tensor.offset();
        if (begin % alignment != 0) {
            throw refused(tensor.name(), "at offset " + Long.toUnsignedString(begin),
                    "multiples of " + alignment + ", the alignment");
        }
        long last = fileBytes - dataBegin - tensor.bytes();
        if (begin < 0 || begin > last) {
            throw refused(tensor.name(),
                    tensor.bytes() + " bytes at offset " + Long.toUnsignedString(begin),
                    "bytes within the data of the file, " + Math.max(0, fileBytes - dataBegin));
        }
    }

    private void checkOverlap(Collection<GgufTensor> all) {
        GgufTensor[] sorted = all.stream().sorted(Comparator.comparingLong(GgufTensor::offset))
                .toArray(GgufTensor[]::new);
        for (int i = 1; i < sorted.length; i++) {
            GgufTensor before = sorted[i - 1];
            if (sorted[i].offset() < before.offset() + before.bytes()) {
                throw refused(sorted[i].name(), "overlapping " + Excerpt.of(before.name()),
                        "every byte belongs to one tensor");
            }
        }
    }

    private InvalidModelException refused(String key, Object value, String allowed) {
        return new InvalidModelException(file, Excerpt.of(key), value, allowed);
    }
}
