package io.github.jlamadsla.gguf;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.testing.TestFiles;
import io.github.jlamadsla.testing.TestModels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Every kind of broken or unsupported file has a message of its own, and nothing is written. */
class BrokenGgufTest {
    private static final int HEADER = 24; // magic, version, counts

    @TempDir
    private Path folder;
    private Path original;
    private Path file;

    @BeforeEach
    void aModel() {
        original = TestModels.llama().layers(1).write(folder.resolve("original"));
        file = folder.resolve("model.gguf");
    }

    @ParameterizedTest
    @MethodSource
    void contentsThatAreRefused(Consumer<TestGguf> edit, String message) {
        TestGguf gguf = TestGguf.of(original);
        edit.accept(gguf);
        gguf.write(file);
        assertRefused(message);
    }

    static Stream<Arguments> contentsThatAreRefused() {
        List<Arguments> all = new ArrayList<>();
        // Files of another kind.
        add(all, gguf -> gguf.version(1), "version is 1; allowed: 2 or 3, little endian");
        add(all, gguf -> gguf.version(4), "version is 4; allowed: 2 or 3, little endian");
        add(all, gguf -> gguf.version(0x0300_0000), "version is 3, big endian; allowed: 2 or 3, little endian");
        add(all, gguf -> gguf.string("general.architecture", "qwen2"),
                "general.architecture is qwen2; allowed: llama");
        add(all, gguf -> gguf.without("general.architecture"),
                "general.architecture is missing; allowed: a string");
        add(all, gguf -> gguf.uint32("general.architecture", 7), "general.architecture is 7; allowed: a string");
        add(all, gguf -> gguf.strings("general.architecture", List.of("llama", "llama")),
                "general.architecture is an array of 2; allowed: a string");
        add(all, gguf -> gguf.ints("general.alignment", 32), "general.alignment is an array of 1; allowed: a power");
        add(all, gguf -> gguf.uint32("split.count", 3),
                "split.count is 3; allowed: absent, or 0 or 1 (merge the parts of a split model first)");
        // Models that would be computed wrongly.
        add(all, gguf -> gguf.uint32("llama.expert_count", 8),
                "llama.expert_count is 8; allowed: absent, or 0 (mixtures of experts are not supported)");
        add(all, gguf -> gguf.string("llama.rope.scaling.type", "yarn"),
                "llama.rope.scaling.type is yarn; allowed: none, linear");
        add(all, gguf -> gguf.float32("llama.rope.scaling.factor", -2),
                "llama.rope.scaling.factor is -2.0; allowed: 0 (none), or 1 to 1000000.0");
        add(all, gguf -> gguf.uint32("llama.rope.dimension_count", 8),
                "llama.rope.dimension_count is 8; allowed: 16, the size of a head");
        add(all, gguf -> gguf.uint32("llama.attention.value_length", 32),
                "llama.attention.value_length is 32; allowed: 16, the size of a head");
        add(all, gguf -> gguf.float32("llama.attention.scale", 0.5f),
                "llama.attention.scale is 0.5; allowed: absent, or 0.25, as the head size has it");
        add(all, gguf -> gguf.bool("llama.attention.causal", 0),
                "llama.attention.causal is false; allowed: absent, or 1 (not supported by this version)");
        add(all, gguf -> gguf.uint32("llama.attention.sliding_window", 4096), "llama.attention.sliding_window is 4096");
        add(all, gguf -> gguf.string("llama.tensor_data_layout", "reference"),
                "llama.tensor_data_layout is reference; allowed: Meta AI original pth");
        add(all, gguf -> gguf.tensor("blk.0.attn_q.bias", GgmlType.F32, new byte[256], 64),
                "blk.0.attn_q.bias is an extra tensor; allowed: the tensors of a Llama without biases, which are not "
                        + "supported");
        add(all, gguf -> gguf.tensor("blk.0.ffn_gate_inp.weight", GgmlType.F32, new byte[128], 32),
                "blk.0.ffn_gate_inp.weight is an extra tensor; allowed: the tensors of a Llama without experts");
        add(all, gguf -> gguf.tensor("rope_freqs.weight", GgmlType.F32, floats(1, 2, 3, 4, 5, 6, 7, 8), 8),
                "rope_freqs.weight is a scaling that no llama3 parameters reproduce");
        add(all, gguf -> gguf.tensor("rope_freqs.weight", GgmlType.F32, floats(1, 1, 1, Float.NaN, 1, 1, 1, 1), 8),
                "rope_freqs.weight is with a divisor of NaN");
        add(all, gguf -> gguf.tensor("rope_freqs.weight", GgmlType.F32, floats(1, 1, 1, 1), 4),
                "rope_freqs.weight is of shape [4]; allowed: [8]");
        add(all, gguf -> gguf.float32("llama.rope.scaling.factor", 2).tensor("rope_freqs.weight", GgmlType.F32,
                floats(1, 1, 1, 1, 1, 8, 8, 8), 8),
                "rope_freqs.weight is present; allowed: absent besides llama.rope.scaling.factor");
        // Keys.
        for (String key : List.of("block_count", "context_length", "embedding_length", "feed_forward_length",
                "attention.head_count")) {
            add(all, gguf -> gguf.without("llama." + key), "llama." + key + " is missing; allowed: an integer");
        }
        add(all, gguf -> gguf.without("llama.attention.layer_norm_rms_epsilon"),
                "llama.attention.layer_norm_rms_epsilon is missing; allowed: a number");
        add(all, gguf -> gguf.without("tokenizer.ggml.eos_token_id"), "tokenizer.ggml.eos_token_id is missing");
        add(all, gguf -> gguf.uint32("tokenizer.ggml.eos_token_id", 260),
                "tokenizer.ggml.eos_token_id is 260; allowed: 0 to 259");
        add(all, gguf -> gguf.strings("tokenizer.ggml.tokens", List.of("a", "b")),
                "tokenizer.ggml.tokens is an array of 2; allowed: 260, the rows of token_embd.weight");
        add(all, gguf -> gguf.uint64("llama.block_count", -1),
                "llama.block_count is 18446744073709551615; allowed: an integer");
        add(all, gguf -> gguf.uint32("llama.block_count", 0), "llama.block_count is 0; allowed: 1 to 512");
        add(all, gguf -> gguf.uint32("llama.attention.head_count_kv", 3),
                "llama.attention.head_count_kv is 3; allowed: a divisor of llama.attention.head_count, 4");
        add(all, gguf -> gguf.uint32("llama.attention.key_length", 24),
                "llama.attention.key_length is 24; allowed: a multiple of 16 from 16 to 512");
        add(all, gguf -> gguf.float64("llama.rope.freq_base", Double.NaN),
                "llama.rope.freq_base is NaN; allowed: 1.0 to 1.0E12");
        add(all, gguf -> gguf.bool("general.flag", 2), "general.flag is a truth value of 2; allowed: 0 or 1");
        add(all, gguf -> gguf.raw("general.odd", 13, new byte[0]),
                "general.odd is of value type 13; allowed: 0 to 12");
        add(all, gguf -> gguf.raw("general.odd", 9, new byte[]{9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}),
                "general.odd is an array of arrays; allowed: arrays of single values");
        add(all, gguf -> gguf.raw("general.odd", 8, new byte[]{1, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff}),
                "general.odd is malformed UTF-8; allowed: text in UTF-8");
        add(all, gguf -> gguf.raw("general.odd", 8, new byte[]{-1, -1, -1, -1, -1, -1, -1, -1}),
                "general.odd (count) is 18446744073709551615; allowed: 0 to ");
        add(all, gguf -> gguf.raw("general.odd", 9, new byte[]{4, 0, 0, 0, -1, -1, -1, 127, 0, 0, 0, 0}),
                "general.odd (count) is 2147483647; allowed: 0 to ");
        for (int alignment : new int[]{0, 1, 4, 24, 1 << 21}) {
            add(all, gguf -> gguf.uint32("general.alignment", alignment),
                    "general.alignment is " + alignment + "; allowed: a power of two from 8 to 1048576");
        }
        // Tensors.
        for (String name : List.of("token_embd.weight", "output_norm.weight", "blk.0.attn_norm.weight",
                "blk.0.attn_q.weight", "blk.0.attn_k.weight", "blk.0.attn_v.weight", "blk.0.attn_output.weight",
                "blk.0.ffn_norm.weight", "blk.0.ffn_gate.weight", "blk.0.ffn_up.weight", "blk.0.ffn_down.weight")) {
            add(all, gguf -> gguf.without(name), name + " is missing; allowed: a tensor of ");
        }
        add(all, gguf -> gguf.rename("blk.0.attn_k.weight", "blk.1.attn_k.weight"),
                "blk.1.attn_k.weight is an extra tensor; allowed: the tensors of a Llama");
        add(all, gguf -> gguf.tensor("blk.0.attn_q.weight", GgmlType.F32, new byte[32 * 32 * 4], 32, 32),
                "blk.0.attn_q.weight is of shape [32, 32]; allowed: [64, 32]");
        add(all, gguf -> gguf.tensor("output_norm.weight", GgmlType.F32, new byte[128], 32, 1),
                "output_norm.weight is of shape [32, 1]; allowed: [32]");
        add(all, gguf -> gguf.tensor("output.weight", GgmlType.F32, new byte[128], 32),
                "output.weight is of shape [32]; allowed: [260, 32]");
        add(all, gguf -> gguf.tensor("output_norm.weight", 10, new byte[128], 32),
                "output_norm.weight is of type Q2_K; allowed: F32, F16, Q4_0");
        add(all, gguf -> gguf.tensor("output_norm.weight", 23, new byte[128], 32),
                "output_norm.weight is of type IQ4_XS; allowed: F32, F16, Q4_0");
        add(all, gguf -> gguf.tensor("output_norm.weight", 77, new byte[128], 32),
                "output_norm.weight is of type 77, an unknown one; allowed: F32, F16, Q4_0");
        add(all, gguf -> gguf.tensor("output_norm.weight", -1, new byte[128], 32),
                "output_norm.weight is of type 4294967295, an unknown one");
        add(all, gguf -> gguf.tensor("output_norm.weight", GgmlType.Q4_K, new byte[144], 32),
                "output_norm.weight is of rows of 32 elements; allowed: multiples of 256, the block of Q4_K");
        add(all, gguf -> gguf.tensor("output_norm.weight", GgmlType.F32, new byte[128], 0),
                "output_norm.weight is of a dimension of 0; allowed: 1 to 2147483647");
        add(all, gguf -> gguf.tensor("output_norm.weight", GgmlType.F32, new byte[128], -1),
                "output_norm.weight is of a dimension of 18446744073709551615");
        add(all, gguf -> gguf.tensor("output_norm.weight", GgmlType.F32, new byte[128], 1, 1, 1, 1, 32),
                "output_norm.weight is 5 dimensions; allowed: 1 to 4");
        add(all, gguf -> gguf.tensor("output_norm.weight", GgmlType.F32, new byte[128]),
                "output_norm.weight is 0 dimensions; allowed: 1 to 4");
        long huge = Integer.MAX_VALUE;
        add(all, gguf -> gguf.tensor("output_norm.weight", GgmlType.F32, new byte[128], huge, huge, huge),
                "output_norm.weight is F32 [2147483647, 2147483647, 2147483647]; allowed: a shape whose bytes are "
                        + "below 2^63");
        add(all, gguf -> gguf.tensor("output_norm.weight", GgmlType.F32, new byte[128], huge / 8),
                "output_norm.weight is 1073741820 bytes; allowed: at most ");
        add(all, gguf -> gguf.tensor("output_norm.weight", GgmlType.F32, new byte[64], 32)
                .without("blk.0.ffn_norm.weight").tensor("blk.0.ffn_norm.weight", GgmlType.F32, new byte[128], 32),
                "blk.0.ffn_norm.weight is overlapping output_norm.weight");
        add(all, gguf -> gguf.without("output_norm.weight").tensor("output_norm.weight", GgmlType.F32, new byte[64],
                32), "output_norm.weight is 128 bytes at offset ");
        add(all, gguf -> gguf.tensor("x".repeat(129), GgmlType.F32, new byte[128], 32),
                "name of tensor 11 (count) is 129; allowed: 0 to 128");
        return all.stream();
    }

    private static void add(List<Arguments> all, Consumer<TestGguf> edit, String message) {
        all.add(arguments(Named.of(message, edit), message));
    }

    @Test
    void otherFilesAreNoGguf() {
        TestFiles.writeBytes(file, "PK\u0003\u0004 and more than a header's bytes".getBytes(StandardCharsets.UTF_8));
        assertRefused("magic is 0x504b0304; allowed: 0x47475546, \"GGUF\": this is no GGUF file");
        TestFiles.writeBytes(file, new byte[0]);
        assertRefused("magic is cut off at byte 0, the file has 0; allowed: 4 more bytes");
        TestFiles.delete(file);
        assertRefused("file is missing; allowed: a GGUF file");
        TestFiles.copy(original, file);
        assertRefused("file is a directory; allowed: a GGUF file");
    }

    @Test
    void aFileThatEndsAnywhereIsRefused() {
        byte[] whole = TestGguf.of(original).bytes();
        // Every length within the header, some within the data; the last tensor's padding may be missing.
        for (int length = 0; length < whole.length; length += length < 2_000 ? 1 : 1_000) {
            TestFiles.writeBytes(file, Arrays.copyOf(whole, length));
            assertThatExceptionOfType(InvalidModelException.class).as("%d bytes", length)
                    .isThrownBy(() -> LlamaGguf.open(file)).withMessageStartingWith(file + ": ");
            TestFiles.delete(file); // some file systems take long to write it anew
        }
    }

    @Test
    void countsThatTheFileCannotHoldAreRefusedAtOnce() {
        byte[] bytes = TestGguf.of(original).bytes();
        Arrays.fill(bytes, 8, 16, (byte) 0xff);
        TestFiles.writeBytes(file, bytes);
        assertRefused("tensors (count) is 18446744073709551615; allowed: 0 to ");
        bytes = TestGguf.of(original).bytes();
        bytes[18] = 1;
        TestFiles.writeBytes(file, bytes);
        assertRefused("keys (count) is 65551; allowed: 0 to 4096 (");
    }

    @Test
    void namesComeOnce() {
        byte[] bytes = TestGguf.of(original).string("general.typo", "one").string("general.type", "two").bytes();
        replace(bytes, "general.typo", "general.type");
        TestFiles.writeBytes(file, bytes);
        assertRefused("general.type is repeated; allowed: every key once");

        bytes = TestGguf.of(original).bytes();
        replace(bytes, "blk.0.attn_k.weight", "blk.0.attn_q.weight");
        TestFiles.writeBytes(file, bytes);
        assertRefused("blk.0.attn_q.weight is repeated; allowed: every tensor once");
    }

    @Test
    void dataIsAligned() {
        byte[] bytes = TestGguf.of(original).bytes();
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int offset = text.indexOf("output_norm.weight") + "output_norm.weight".length() + 4 + 8 + 4;
        bytes[offset] += 4;
        TestFiles.writeBytes(file, bytes);
        assertRefused("allowed: multiples of 32, the alignment");
    }

    @Test
    void manyEmptyStringsAreNotTakenWithoutBound() {
        TestGguf.of(original).strings("general.many", Collections.nCopies(GgufValues.MAX_STRINGS - 1, ""))
                .strings("general.more", List.of("", "")).write(file);
        assertRefused("general.more (count) is 2; allowed: 0 to 1 (");
    }

    @Test
    void manyNumbersAreNotTakenWithoutBound() {
        TestGguf.of(original).strings("general.many", List.of("one"))
                .ints("general.more", new int[GgufValues.MAX_ELEMENTS]).write(file);
        assertRefused("general.more (count) is 4194304; allowed: 0 to 4194303 (");
    }

    @Test
    void keysThatMeanNothingHereMayHoldAnything() {
        TestGguf.of(original).uint64("general.seed", -1).ints("general.ints", 1, -2).floats("general.floats", 1, 2)
                .bool("general.flag", 1).strings("general.tags", List.of("a", "\u00e4")).float64("general.pi", 3.14)
                .raw("general.bits", 9, new byte[]{7, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1})
                .raw("general.int8", 1, new byte[]{-1}).raw("general.uint16", 2, new byte[]{-1, -1})
                .raw("general.int16", 3, new byte[]{-1, -1}).raw("general.uint8", 0, new byte[]{-1})
                .string("llama.tensor_data_layout", "Meta AI original pth").write(file);
        try (LlamaGguf model = LlamaGguf.open(file)) {
            GgufMetadata keys = model.metadata();
            assertThat(keys.value("general.seed")).hasToString("18446744073709551615");
            assertThat(keys.integers("general.ints")).containsExactly(1, -2);
            assertThat(keys.integers("general.bits")).containsExactly(0, 1);
            assertThat(keys.numbers("general.floats")).containsExactly(1, 2);
            assertThat(keys.flag("general.flag")).isTrue();
            assertThat(keys.strings("general.tags")).containsExactly("a", "\u00e4");
            assertThat(keys.number("general.pi")).isEqualTo(3.14);
            assertThat(keys.integer("general.int8", -1, -1)).isEqualTo(-1);
            assertThat(keys.integer("general.int16", -1, -1)).isEqualTo(-1);
            assertThat(keys.integer("general.uint8", 255, 255)).isEqualTo(255);
            assertThat(keys.integer("general.uint16", 65_535, 65_535)).isEqualTo(65_535);
        }
    }

    private void assertRefused(String message) {
        Path target = folder.resolve("imported");
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> GgufImporter.run(file, target, ImportOptions.DEFAULT, ImportProgress.NONE,
                        ImportRig.setup(original, ImportRig.NO_LIMIT)))
                .withMessageStartingWith(file + ": ").withMessageContaining(message);
        assertThat(ImportRig.names(folder)).doesNotContain("imported").noneMatch(name -> name.endsWith(".part"));
    }

    private static void replace(byte[] bytes, String from, String to) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = text.indexOf(from);
        assertThat(at).isGreaterThan(HEADER);
        System.arraycopy(to.getBytes(StandardCharsets.UTF_8), 0, bytes, at, to.length());
    }

    private static byte[] floats(float... values) {
        byte[] bytes = new byte[values.length * Float.BYTES];
        for (int i = 0; i < values.length; i++) {
            LittleEndian.put(bytes, i * Float.BYTES, Float.floatToRawIntBits(values[i]));
        }
        return bytes;
    }
}
