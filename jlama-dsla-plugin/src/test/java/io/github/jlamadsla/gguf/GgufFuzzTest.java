package io.github.jlamadsla.gguf;

import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.testing.Allocation;
import io.github.jlamadsla.testing.TestFiles;
import io.github.jlamadsla.testing.TestModels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Twenty thousand damaged files, the same ones in every run: each is read to its last weight or refused, soon and at
 * little cost.
 */
class GgufFuzzTest {
    private static final Path TINY = Path.of(System.getProperty("jlamadsla.root"),
            "jlama-dsla-plugin/src/test/resources/gguf/tiny.gguf");
    private static final int PER_SEED = 5_000;
    private static final long MOST_BYTES = 8L << 20;
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(5); // a machine may pause a while, a hang does not end
    private static final int IMPORTED_OF = 100; // valid ones, one in so many is written too: that takes long
    private static final List<String> WORDS = List.of("llama", "blk.0.attn_q.weight", "token_embd.weight", "\u0000",
            "general.alignment", "llama.block_count", "tokenizer.ggml.merges", "t h", "<|im_end|>", "rope_freqs.weight",
            "output.weight", "\ud83d\ude00", "GGUF");
    private static final long[] NUMBERS = {0, 1, 2, 3, 7, 8, 9, 12, 13, 30, 31, 32, 255, 256, 65_535, 1 << 16, 1 << 24,
        Integer.MAX_VALUE, 0xffff_ffffL, 1L << 32, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -1, -2};

    @TempDir
    private Path temporary;
    private Path file;
    private byte[] valid;
    private int headerEnd;

    @BeforeEach
    void aName() {
        file = temporary.resolve("damaged.gguf");
    }

    /** Quantised tensors and a byte-level tokenizer. */
    private static byte[] quantised() {
        return TestFiles.readBytes(TINY);
    }

    /** Divisors of the rotary embedding, another alignment, and a SentencePiece tokenizer. */
    private byte[] sentencePiece() {
        Path original = TestModels.llama().layers(1).widths(16, 16).heads(1, 1, 16)
                .write(temporary.resolve("original"));
        List<String> tokens = new ArrayList<>(List.of("<unk>"));
        for (int b = 0; b < 256; b++) {
            tokens.add("<0x%02X>".formatted(b));
        }
        tokens.addAll(List.of("a", "b", "ab"));
        int[] types = new int[260];
        Arrays.fill(types, 6);
        types[0] = 2;
        Arrays.fill(types, 257, 260, 1);
        return TestGguf.of(original).string("tokenizer.ggml.model", "llama").strings("tokenizer.ggml.tokens", tokens)
                .floats("tokenizer.ggml.scores", new float[260]).ints("tokenizer.ggml.token_type", types)
                .uint32("tokenizer.ggml.unknown_token_id", 0).uint32("tokenizer.ggml.bos_token_id", 0)
                .alignment(64).bool("tokenizer.ggml.add_bos_token", 1)
                .tensor("token_embd.weight", GgmlType.F16, new byte[260 * 16 * 2], 260, 16)
                .tensor("rope_freqs.weight", GgmlType.F32, new byte[32], 8)
                .data("rope_freqs.weight", data -> {
                    for (int i = 0; i < 8; i++) {
                        LittleEndian.put(data, i * 4, Float.floatToRawIntBits(i < 4 ? 1 : 8));
                    }
                    return data;
                }).bytes();
    }

    private void begin(byte[] bytes) {
        valid = bytes;
        TestFiles.writeBytes(file, valid);
        readAll();
        GgufHeader header = new GgufHeader(file, MemorySegment.ofArray(valid));
        header.parse();
        headerEnd = (int) header.dataBegin();
    }

    @RepeatedTest(4)
    void everyDamagedFileIsReadOrRefused(RepetitionInfo repetition) {
        begin(quantised());
        List<String> messages = run(repetition.getCurrentRepetition());
        assertThat(messages).as("all parts were damaged").anyMatch(text -> text.contains("magic is "))
                .anyMatch(text -> text.contains("llama.block_count is "))
                .anyMatch(text -> text.contains("tokenizer.ggml.tokens["))
                .anyMatch(text -> text.contains("tokenizer.ggml.token_type["))
                .anyMatch(text -> text.contains("tokenizer.ggml.merges["))
                .anyMatch(text -> text.contains("blk.1.attn_q.weight is "))
                .anyMatch(text -> text.contains("token_embd.weight at element "));
    }

    @Test
    void soIsOneWithDivisorsAndPieces() {
        begin(sentencePiece());
        List<String> messages = run(5);
        assertThat(messages).anyMatch(text -> text.contains("tokenizer.ggml.scores"))
                .anyMatch(text -> text.contains("rope_freqs.weight is "));
    }

    /** All messages. */
    private List<String> run(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < PER_SEED; i++) {
            // Some file systems write a file's old blocks to disk when it is cut and written anew.
            TestFiles.delete(file);
            TestFiles.writeBytes(file, damaged(random));
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            long begun = System.nanoTime();
            long allocated = Allocation.of(() -> thrown.set(catchThrowable(this::readAll)));
            assertThat(System.nanoTime() - begun).as("mutation %d: %s", i, thrown).isLessThan(MOST_NANOS);
            assertThat(allocated).as("mutation %d: %s", i, thrown).isLessThan(MOST_BYTES);
            if (thrown.get() != null) {
                assertMessage(i, thrown.get());
                messages.add(thrown.get().getMessage());
            } else if (i % IMPORTED_OF == 0) {
                GgufImporter.run(file, temporary.resolve("imported-" + i), ImportRig.options(DType.F32),
                        ImportProgress.NONE);
            }
        }
        assertThat(messages).hasSizeBetween(PER_SEED / 2, PER_SEED - PER_SEED / 50);
        assertThat(ImportRig.names(temporary)).anyMatch(name -> name.startsWith("imported-"))
                .noneMatch(name -> name.endsWith(".part"));
        return messages;
    }

    private void assertMessage(int mutation, Throwable thrown) {
        assertThat(thrown).as("mutation %d", mutation).isInstanceOfAny(InvalidModelException.class,
                UncheckedIOException.class);
        assertThat(thrown.getMessage()).as("mutation %d", mutation).startsWith(file + ": ").hasSizeLessThan(1_000)
                .doesNotContain("\n");
    }

    /** All that an import does but writing. */
    private void readAll() {
        try (LlamaGguf model = LlamaGguf.open(file)) {
            TokenizerFiles.of(model.metadata());
            for (ModelTensor tensor : model.tensors()) {
                float[] values = new float[tensor.source().columns()];
                for (long row = 0; row < tensor.source().rows(); row++) {
                    model.read(tensor, row, 1, DType.F32, values);
                }
            }
        }
    }

    private byte[] damaged(SplittableRandom random) {
        byte[] bytes = valid.clone();
        for (int change = random.nextInt(3); change >= 0; change--) {
            // Seldom in the weights: most of what stands there is valid.
            int at = random.nextInt(Math.min(bytes.length, random.nextInt(10) == 0 ? valid.length : headerEnd));
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> number(bytes, at, NUMBERS[random.nextInt(NUMBERS.length)], 4 + 4 * random.nextInt(2));
                case 3 -> bytes = spliced(bytes, at, random.nextInt(16), new byte[0]);
                case 4 -> bytes = spliced(bytes, at, random.nextInt(3),
                        WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8));
                default -> {
                    int from = random.nextInt(headerEnd);
                    int length = Math.min(random.nextInt(40), bytes.length - Math.max(at, from));
                    System.arraycopy(valid, from, bytes, at, Math.max(0, Math.min(length, valid.length - from)));
                }
            }
        }
        return random.nextInt(20) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    private static void number(byte[] bytes, int at, long value, int size) {
        for (int i = 0; i < size && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >>> 8 * i);
        }
    }

    private static byte[] spliced(byte[] bytes, int at, int removed, byte[] added) {
        int after = Math.min(bytes.length, at + removed);
        byte[] result = new byte[at + added.length + bytes.length - after];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(added, 0, result, at, added.length);
        System.arraycopy(bytes, after, result, at + added.length, bytes.length - after);
        return result;
    }
}
