package io.github.jlamadsla.testing;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Changes files of a model, mostly for the worse. */
public final class TestFiles {
    private TestFiles() {}

    /** Changes a JSON file. */
    public static void editJson(Path file, Consumer<ObjectNode> edit) {
        ObjectMapper mapper = new ObjectMapper();
        try {
            ObjectNode node = (ObjectNode) mapper.readTree(file.toFile());
            edit.accept(node);
            mapper.writeValue(file.toFile(), node);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces a file's text. */
    public static void writeText(Path file, String text) {
        writeBytes(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Replaces a file. */
    public static void writeBytes(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A whole file. */
    public static byte[] readBytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Changes the header of a safetensors file as JSON; the tensors' bytes stay. */
    public static void editHeader(Path file, Consumer<ObjectNode> edit) {
        editHeaderText(file, text -> {
            try {
                ObjectMapper mapper = new ObjectMapper();
                ObjectNode node = (ObjectNode) mapper.readTree(text);
                edit.accept(node);
                return mapper.writeValueAsString(node);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Changes the header of a safetensors file as text; the tensors' bytes stay. */
    public static void editHeaderText(Path file, UnaryOperator<String> edit) {
        byte[] all = readBytes(file);
        int length = (int) ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong();
        byte[] header = edit.apply(new String(all, Long.BYTES, length, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
        int data = Long.BYTES + length;
        writeBytes(file,
                ByteBuffer.allocate(Long.BYTES + header.length + all.length - data).order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length).put(header).put(all, data, all.length - data).array());
    }

    /**
     * Changes the bytes of one tensor.
     *
     * @param edit gets the tensor's bytes, little endian
     */
    public static void editTensor(Path file, String tensor, Consumer<ByteBuffer> edit) {
        byte[] all = readBytes(file);
        int length = (int) ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong();
        try {
            var offsets = new ObjectMapper().readTree(all, Long.BYTES, length).get(tensor).get("data_offsets");
            int begin = Long.BYTES + length + offsets.get(0).intValue();
            int end = Long.BYTES + length + offsets.get(1).intValue();
            edit.accept(ByteBuffer.wrap(all, begin, end - begin).slice().order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        writeBytes(file, all);
    }

    /** Cuts a file to its first bytes; a negative number cuts off that many. */
    public static void truncate(Path file, int bytes) {
        byte[] all = readBytes(file);
        writeBytes(file, java.util.Arrays.copyOf(all, bytes < 0 ? all.length + bytes : bytes));
    }

    /** Deletes a file, or a directory with all in it. */
    public static void delete(Path path) {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies a file over another, or a directory with all in it. */
    public static void copy(Path from, Path to) {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path one : all.toList()) {
                Path copy = to.resolve(from.relativize(one).toString());
                if (Files.isDirectory(one)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(one, copy, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts an empty directory in a file's place. */
    public static void replaceByDirectory(Path file) {
        delete(file);
        try {
            Files.createDirectory(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a symbolic link. */
    public static void link(Path link, Path target) {
        try {
            Files.createSymbolicLink(link, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stretches a file with a hole at its end: it takes no space on disk. */
    public static void sparse(Path file, long bytes) {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Changes only the length that a safetensors file claims for its header. */
    public static void setHeaderLength(Path file, long length) {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.writeLong(Long.reverseBytes(length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
