package io.github.jlamadsla.safetensors;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.testing.Allocation;
import io.github.jlamadsla.testing.TestFiles;
import io.github.jlamadsla.testing.TestModels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/** Two thousand damaged headers: each is read or refused, at little cost, and what is read lies within the file. */
class SafetensorsFuzzTest {
    private static final int PER_SEED = 500;
    private static final long MOST_BYTES = 1L << 20;
    private static final List<String> PIECES = List.of("\"", "{", "}", "[", "]", ",", ":", "-", "1e9", "null", "true",
            "9223372036854775807", "99999999999999999999", "\\u0000", "__metadata__", "dtype", "\"Q4\"", "F32",
            "\ud83d\ude00",
            " ".repeat(5_000), "[".repeat(300), "{\"a\":".repeat(50));

    @TempDir
    private Path temporary;
    private byte[] valid;
    private int headerEnd;

    @BeforeEach
    void aValidFile() {
        Path model = TestModels.llama().layers(1).folding(0).write(temporary.resolve("model"));
        Path file = model.resolve("dsla/dsla.safetensors");
        valid = TestFiles.readBytes(file);
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            long data = open.tensors().values().stream().mapToLong(TensorInfo::end).max().orElseThrow();
            headerEnd = Math.toIntExact(valid.length - data);
        }
    }

    @RepeatedTest(4)
    void everyDamagedHeaderIsReadOrRefused(RepetitionInfo repetition) {
        SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
        Path file = temporary.resolve("damaged.safetensors");
        List<String> refusals = new ArrayList<>();
        for (int i = 0; i < PER_SEED; i++) {
            TestFiles.writeBytes(file, damaged(random));
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            long allocated = Allocation.of(() -> thrown.set(catchThrowable(() -> readAll(file))));
            if (thrown.get() != null) {
                assertThat(thrown.get()).isInstanceOfAny(InvalidModelException.class, UncheckedIOException.class)
                        .hasMessageStartingWith(file.toString());
                assertThat(thrown.get().getMessage()).hasSizeLessThan(1_000).doesNotContain("\n");
                refusals.add(thrown.get().getMessage());
            }
            assertThat(allocated).as("%s", thrown.get()).isLessThan(MOST_BYTES);
        }
        assertThat(refusals).hasSizeGreaterThan(PER_SEED / 2);
    }

    private static void readAll(Path file) {
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            for (TensorInfo tensor : open.tensors().values()) {
                if (open.data(tensor).byteSize() != tensor.dtype().bytes(tensor.shape())) {
                    throw new AssertionError(tensor);
                }
            }
        }
    }

    private byte[] damaged(SplittableRandom random) {
        byte[] bytes = valid.clone();
        for (int change = random.nextInt(3); change >= 0; change--) {
            int at = random.nextInt(Math.min(bytes.length, headerEnd));
            bytes = switch (random.nextInt(5)) {
                case 0 -> spliced(bytes, at, 1, new byte[]{(byte) random.nextInt(256)});
                case 1 -> spliced(bytes, at, random.nextInt(12), new byte[0]);
                case 2 -> spliced(bytes, at, random.nextInt(3), text(PIECES.get(random.nextInt(PIECES.size()))));
                case 3 -> spliced(bytes, at, 1, text(Integer.toString(random.nextInt(10))));
                default -> spliced(bytes, random.nextInt(8), 1, new byte[]{(byte) random.nextInt(256)});
            };
        }
        return random.nextInt(20) == 0 ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Replaces {@code removed} bytes from {@code at} on; the header's length follows when its text changes. */
    private static byte[] spliced(byte[] bytes, int at, int removed, byte[] added) {
        int after = Math.min(bytes.length, at + removed);
        byte[] result = new byte[at + added.length + bytes.length - after];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(added, 0, result, at, added.length);
        System.arraycopy(bytes, after, result, at + added.length, bytes.length - after);
        if (at >= Long.BYTES && result.length >= Long.BYTES) {
            var length = java.nio.ByteBuffer.wrap(result).order(java.nio.ByteOrder.LITTLE_ENDIAN);
            length.putLong(0, length.getLong(0) + added.length - (after - at));
        }
        return result;
    }
}
