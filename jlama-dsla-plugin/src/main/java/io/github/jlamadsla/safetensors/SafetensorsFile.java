package io.github.jlamadsla.safetensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;

/**
 * A safetensors file, mapped read-only: eight bytes of header length (little endian), a JSON header, the tensors' bytes.
 * <p>
 * The header is checked against hard limits before anything is believed: at most 16 MiB and inside the file, 8,192
 * tensors, names of 512 characters, 8 dimensions, no repeated key, known types, offsets inside the file that fit type
 * and shape and do not overlap. Bytes that belong to no tensor are tolerated. May be read by many threads; segments
 * are invalid after {@link #close()}.
 */
public final class SafetensorsFile implements AutoCloseable {
    /** Longest header that is read, in bytes. The format itself allows 100 MB; real models need well under one. */
    public static final long MAX_HEADER_BYTES = 16L << 20;

    static final int LENGTH_BYTES = Long.BYTES;
    static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path path;
    private final Arena arena;
    private final MemorySegment data;
    private final Map<String, TensorInfo> tensors;
    private final Map<String, String> metadata;

    private SafetensorsFile(Path path, Arena arena, MemorySegment data, HeaderParser header) {
        this.path = path;
        this.arena = arena;
        this.data = data;
        this.tensors = Collections.unmodifiableMap(header.tensors());
        this.metadata = Collections.unmodifiableMap(header.metadata());
    }

    /**
     * Maps a file and checks its header.
     *
     * @throws InvalidModelException if it is no regular file or its header breaks a rule
     * @throws UncheckedIOException if it cannot be read
     */
    public static SafetensorsFile open(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new InvalidModelException(path, "file", FileKind.of(path), "a safetensors file");
        }
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < LENGTH_BYTES) {
                throw new InvalidModelException(path, "file size", size + " bytes",
                        "at least " + LENGTH_BYTES + " bytes, the header's length");
            }
            return read(path, arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena));
        } catch (IOException e) {
            arena.close();
            throw new UncheckedIOException(path + ": cannot be read: " + e, e);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    private static SafetensorsFile read(Path path, Arena arena, MemorySegment file) {
        long length = file.get(LENGTH, 0);
        long most = Math.min(MAX_HEADER_BYTES, file.byteSize() - LENGTH_BYTES);
        // As an unsigned number, so that a length with its top bit set is too long, not negative.
        if (Long.compareUnsigned(length, 2) < 0 || Long.compareUnsigned(length, most) > 0) {
            throw new InvalidModelException(path, "header length", Long.toUnsignedString(length) + " bytes",
                    "2 to " + most + " (a file of " + file.byteSize() + " bytes; never above " + MAX_HEADER_BYTES
                            + ")");
        }
        MemorySegment data = file.asSlice(LENGTH_BYTES + length);
        HeaderParser header = new HeaderParser(path, data.byteSize());
        header.parse(file.asSlice(LENGTH_BYTES, length).asByteBuffer());
        return new SafetensorsFile(path, arena, data, header);
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** Tensors by name, in the order of the header. */
    public Map<String, TensorInfo> tensors() {
        return tensors;
    }

    /** The header's free-form strings. Informative only: nothing may be decided by them. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * A tensor's bytes, not copied, of any alignment, little endian.
     *
     * @param tensor one of {@link #tensors()}
     */
    public MemorySegment data(TensorInfo tensor) {
        if (tensors.get(tensor.name()) != tensor) {
            throw new IllegalArgumentException(tensor.name() + " is not of " + path);
        }
        return data.asSlice(tensor.begin(), tensor.bytes());
    }

    /** Unmaps the file. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
