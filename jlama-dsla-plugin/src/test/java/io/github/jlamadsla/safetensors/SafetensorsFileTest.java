package io.github.jlamadsla.safetensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.jlamadsla.testing.TestFiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Files that are written come back, byte by byte; half a file never takes its place. */
class SafetensorsFileTest {
    @TempDir
    private Path temporary;

    @Test
    void whatIsWrittenIsRead() {
        Path file = temporary.resolve("two.safetensors");
        TensorSpec matrix = new TensorSpec("matrix", DType.F32, List.of(2L, 3L));
        TensorSpec bytes = new TensorSpec("bytes", DType.U8, List.of(3L));
        TensorSpec scalar = new TensorSpec("scalar", DType.I64, List.of());
        TensorSpec empty = new TensorSpec("empty", DType.BF16, List.of(0L, 7L));

        try (SafetensorsWriter writer = SafetensorsWriter.create(file, List.of(matrix, scalar, empty, bytes),
                Map.of("format", "pt", "note", "\"quoted\" \u00e9"))) {
            writer.append(MemorySegment.ofArray(new float[]{1, 2, 3, 4}));
            writer.append(MemorySegment.ofArray(new float[]{5, 6}));
            writer.append(MemorySegment.ofArray(new long[]{-1}));
            writer.append(MemorySegment.ofArray(new byte[]{7, 8, 9}));
            writer.finish();
        }

        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            assertThat(open.path()).isEqualTo(file);
            assertThat(open.metadata()).isEqualTo(Map.of("format", "pt", "note", "\"quoted\" \u00e9"));
            assertThat(open.tensors().values()).containsExactly(
                    new TensorInfo("matrix", DType.F32, List.of(2L, 3L), 0, 24),
                    new TensorInfo("scalar", DType.I64, List.of(), 24, 32),
                    new TensorInfo("empty", DType.BF16, List.of(0L, 7L), 32, 32),
                    new TensorInfo("bytes", DType.U8, List.of(3L), 32, 35));
            MemorySegment data = open.data(open.tensors().get("matrix"));
            assertThat(data.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED)).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(data.isReadOnly()).isTrue();
            assertThat(open.data(open.tensors().get("bytes")).toArray(ValueLayout.JAVA_BYTE)).containsExactly(7, 8, 9);
            assertThat(open.data(open.tensors().get("empty")).byteSize()).isZero();
        }
    }

    @Test
    void headerIsPaddedToEightBytes() {
        for (int name = 1; name <= 8; name++) {
            Path file = write("n".repeat(name), 1);
            long length = ByteBuffer.wrap(TestFiles.readBytes(file)).order(ByteOrder.LITTLE_ENDIAN).getLong();
            assertThat(length % 8).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeIsRead(DType type) {
        Path file = temporary.resolve("type.safetensors");
        TensorSpec tensor = new TensorSpec("t", type, List.of(8L));
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, List.of(tensor), Map.of())) {
            writer.append(MemorySegment.ofArray(new byte[type.bits()]));
            writer.finish();
        }
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            assertThat(open.tensors().get("t").dtype()).isEqualTo(type);
            assertThat(open.tensors().get("t").bytes()).isEqualTo(type.bits());
        }
    }

    @Test
    void sizesThatAreNotWholeOrOverflowAreNoSizes() {
        assertThat(DType.F4.bytes(List.of(3L))).isEqualTo(-1);
        assertThat(DType.F32.bytes(List.of(1L << 31, 1L << 31))).isEqualTo(-1);
        assertThat(DType.U8.bytes(List.of(Long.MAX_VALUE / 8))).isEqualTo(Long.MAX_VALUE / 8);
        assertThat(DType.BF16.bytes(List.of())).isEqualTo(2);
    }

    @Test
    void writerKeepsTheOldFileUntilTheNewOneIsWhole() throws IOException {
        Path file = write("old", 4);
        byte[] before = TestFiles.readBytes(file);
        TensorSpec tensor = new TensorSpec("new", DType.U8, List.of(10L));

        try (SafetensorsWriter writer = SafetensorsWriter.create(file, List.of(tensor), Map.of())) {
            writer.append(MemorySegment.ofArray(new byte[9]));
            assertThatIllegalStateException().isThrownBy(() -> writer.append(MemorySegment.ofArray(new byte[2])))
                    .withMessageContaining("1 bytes are left, not 2");
            assertThatIllegalStateException().isThrownBy(writer::finish).withMessageContaining("1 bytes are missing");
        }

        assertThat(TestFiles.readBytes(file)).isEqualTo(before);
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void writerRefusesWhatCannotBeRead() {
        TensorSpec tensor = new TensorSpec("twice", DType.U8, List.of(1L));
        Path file = temporary.resolve("no.safetensors");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SafetensorsWriter.create(file, List.of(tensor, tensor), Map.of()))
                .withMessageContaining("twice");
        assertThatIllegalArgumentException().isThrownBy(() -> new TensorSpec("odd", DType.F4, List.of(3L)));
        assertThatIllegalArgumentException().isThrownBy(() -> new TensorSpec("", DType.U8, List.of(3L)));
        assertThatIllegalArgumentException().isThrownBy(() -> new TensorSpec("minus", DType.U8, List.of(-3L)));
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> SafetensorsWriter.create(temporary.resolve("a/b"), List.of(tensor), Map.of()))
                .withMessageContaining("a/b: cannot be written");
    }

    @Test
    void holesAndTrailingBytesAreTolerated() {
        Path file = write("first", 4);
        byte[] bytes = TestFiles.readBytes(file);
        TestFiles.writeBytes(file, java.util.Arrays.copyOf(bytes, bytes.length + 100));
        TestFiles.editHeaderText(file, text -> text.replace("[0,4]", "[8,12]"));
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            assertThat(open.tensors().get("first").begin()).isEqualTo(8);
        }
    }

    @Test
    void metadataOfOtherTypesIsRefused() {
        Path file = write("t", 1);
        TestFiles.editHeaderText(file, text -> text.replaceFirst("\\{", "{\"__metadata__\":{\"a\":1},"));
        assertThatExceptionOfType(InvalidModelException.class).isThrownBy(() -> SafetensorsFile.open(file))
                .withMessageContaining("__metadata__.a is VALUE_NUMBER_INT");
    }

    @Test
    void dataOfAnotherFileIsNotGiven() {
        try (SafetensorsFile one = SafetensorsFile.open(write("one", 1));
                SafetensorsFile two = SafetensorsFile.open(write("two", 1))) {
            assertThatIllegalArgumentException().isThrownBy(() -> one.data(two.tensors().get("two")));
        }
    }

    @Test
    void closingTwiceIsHarmlessAndEndsAccess() {
        SafetensorsFile open = SafetensorsFile.open(write("t", 1));
        MemorySegment data = open.data(open.tensors().get("t"));
        open.close();
        assertThatCode(open::close).doesNotThrowAnyException();
        assertThatIllegalStateException().isThrownBy(() -> data.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void excerptsAreShortAndOnOneLine() {
        assertThat(Excerpt.of("a\nb\u202e\ud800")).isEqualTo("a\\u000ab\\u202e\\ud800");
        assertThat(Excerpt.of("x".repeat(10_000))).isEqualTo("x".repeat(120) + "... (10000 characters)");
        assertThat(Excerpt.of(null)).isEqualTo("null");
        assertThat(Excerpt.of(List.of("a", "b"))).isEqualTo("an array of 2");
        assertThat(Excerpt.of(new long[3])).isEqualTo("an array of 3");
    }

    private Path write(String name, int bytes) {
        Path file = temporary.resolve(name + ".safetensors");
        TensorSpec tensor = new TensorSpec(name, DType.U8, List.of((long) bytes));
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, List.of(tensor), Map.of())) {
            writer.append(MemorySegment.ofArray(new byte[bytes]));
            writer.finish();
        }
        return file;
    }
}
