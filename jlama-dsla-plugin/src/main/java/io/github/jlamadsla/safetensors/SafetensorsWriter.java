package io.github.jlamadsla.safetensors;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

/**
 * Writes a safetensors file as a stream: the tensors are declared first, then their bytes are appended in that order.
 * The bytes go to a temporary file beside the target, which takes the target's place only in {@link #finish()}, so that
 * a reader never sees half a file. The header is padded with spaces to a multiple of eight bytes; declare tensors of
 * wider elements first to keep all of them aligned. For one thread.
 */
public final class SafetensorsWriter implements AutoCloseable {
    private static final int CHUNK = 1 << 16;

    private final Path target;
    private final Path temporary;
    private final FileChannel channel;
    private final long dataBytes;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    private long written;
    private boolean finished;

    private SafetensorsWriter(Path target, Path temporary, FileChannel channel, long dataBytes) {
        this.target = target;
        this.temporary = temporary;
        this.channel = channel;
        this.dataBytes = dataBytes;
    }

    /**
     * Begins a file.
     *
     * @param target the file to make or to replace
     * @param tensors names are distinct
     * @param metadata informative strings, may be empty
     * @throws UncheckedIOException if it cannot be written
     */
    public static SafetensorsWriter create(Path target, List<TensorSpec> tensors, Map<String, String> metadata) {
        Set<String> names = new HashSet<>();
        for (TensorSpec tensor : tensors) {
            if (!names.add(tensor.name()) || tensor.name().equals("__metadata__")) {
                throw new IllegalArgumentException("name is repeated or reserved: " + Excerpt.of(tensor.name()));
            }
        }
        long dataBytes = tensors.stream().mapToLong(TensorSpec::bytes).reduce(0, Math::addExact);
        // Not createTempFile: its files are readable by their owner only, and so would be the target.
        Path temporary = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            byte[] header = header(tensors, metadata);
            SafetensorsWriter writer = new SafetensorsWriter(target, temporary,
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), dataBytes);
            try {
                writer.put(
                        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).flip());
                writer.put(ByteBuffer.wrap(header));
            } catch (IOException | RuntimeException e) {
                writer.close();
                throw e;
            }
            return writer;
        } catch (IOException e) {
            throw new UncheckedIOException(target + ": cannot be written: " + e, e);
        }
    }

    /**
     * Appends bytes of the declared tensors, in pieces of any size.
     *
     * @param bytes little endian
     * @throws IllegalStateException if more comes than was declared
     * @throws UncheckedIOException if it cannot be written
     */
    public void append(MemorySegment bytes) {
        if (bytes.byteSize() > dataBytes - written) {
            throw new IllegalStateException(
                    target + ": " + (dataBytes - written) + " bytes are left, not " + bytes.byteSize());
        }
        try {
            for (long at = 0; at < bytes.byteSize(); at += CHUNK) {
                // Copied: the segment may be on the heap and of any element type.
                int length = (int) Math.min(CHUNK, bytes.byteSize() - at);
                MemorySegment.copy(bytes, at, MemorySegment.ofBuffer(chunk.clear()), 0, length);
                put(chunk.limit(length));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(target + ": cannot be written: " + e, e);
        }
        written += bytes.byteSize();
    }

    /**
     * Puts the file in its place.
     *
     * @throws IllegalStateException if bytes are missing
     * @throws UncheckedIOException if it cannot be written
     */
    public void finish() {
        if (written != dataBytes) {
            throw new IllegalStateException(target + ": " + (dataBytes - written) + " bytes are missing");
        }
        try {
            channel.force(true);
            channel.close();
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            finished = true;
        } catch (IOException e) {
            throw new UncheckedIOException(target + ": cannot be written: " + e, e);
        }
    }

    /** Without {@link #finish()} before: removes what was written. */
    @Override
    public void close() {
        if (finished) {
            return;
        }
        try {
            channel.close();
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            throw new UncheckedIOException(temporary + ": cannot be removed: " + e, e);
        }
    }

    private void put(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static byte[] header(List<TensorSpec> tensors, Map<String, String> metadata) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart("__metadata__");
                for (Map.Entry<String, String> entry : metadata.entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
            }
            long begin = 0;
            for (TensorSpec tensor : tensors) {
                json.writeObjectFieldStart(tensor.name());
                json.writeStringField("dtype", tensor.dtype().name());
                json.writeFieldName("shape");
                json.writeArray(tensor.shape().stream().mapToLong(Long::longValue).toArray(), 0,
                        tensor.shape().size());
                json.writeFieldName("data_offsets");
                json.writeArray(new long[]{begin, begin + tensor.bytes()}, 0, 2);
                json.writeEndObject();
                begin += tensor.bytes();
            }
            json.writeEndObject();
        }
        while (bytes.size() % Long.BYTES != 0) {
            bytes.write(' ');
        }
        return bytes.toByteArray();
    }
}
