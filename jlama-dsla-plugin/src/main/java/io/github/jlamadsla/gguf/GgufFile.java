package io.github.jlamadsla.gguf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;

import io.github.jlamadsla.safetensors.FileKind;
import io.github.jlamadsla.safetensors.InvalidModelException;

/** A GGUF file, mapped read-only, its header checked. For the thread that opened it. */
final class GgufFile implements AutoCloseable {
    private final Path path;
    private final Arena arena;
    private final GgufMetadata metadata;
    private final Map<String, GgufTensor> tensors;
    private final MemorySegment data; // what the tensors' offsets count from

    private GgufFile(Path path, Arena arena, GgufHeader header, MemorySegment data) {
        this.path = path;
        this.arena = arena;
        this.metadata = new GgufMetadata(path, header.values());
        this.tensors = Collections.unmodifiableMap(header.tensors());
        this.data = data;
    }

    /**
     * Maps a file and checks its header.
     *
     * @throws InvalidModelException if it is no regular file or its header breaks a rule
     * @throws UncheckedIOException if it cannot be read
     */
    static GgufFile open(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new InvalidModelException(path, "file", FileKind.of(path), "a GGUF file");
        }
        Arena arena = Arena.ofConfined();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            GgufHeader header = new GgufHeader(path, file);
            header.parse();
            return new GgufFile(path, arena, header, file.asSlice(Math.min(header.dataBegin(), file.byteSize())));
        } catch (IOException e) {
            arena.close();
            throw new UncheckedIOException(path + ": cannot be read: " + e, e);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /** The file. */
    Path path() {
        return path;
    }

    GgufMetadata metadata() {
        return metadata;
    }

    /** Tensors by name, in the order of the file. */
    Map<String, GgufTensor> tensors() {
        return tensors;
    }

    /**
     * Copies one row of a tensor as it is stored.
     *
     * @param raw gets the row's blocks
     */
    void copyRow(GgufTensor tensor, long row, byte[] raw) {
        int bytes = tensor.rowBytes();
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, tensor.offset() + row * bytes, raw, 0, bytes);
    }

    /** Unmaps the file. */
    @Override
    public void close() {
        arena.close();
    }
}
