package io.github.jlamadsla.gguf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.jlamadsla.bridge.RopeScaling;
import io.github.jlamadsla.bridge.WeightFiles;
import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.testing.TestModels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A model that became a GGUF file comes back as it was. */
class GgufImporterTest {
    @TempDir
    private Path folder;
    private Path original;
    private Path file;
    private Path target;

    @BeforeEach
    void places() {
        original = folder.resolve("original");
        file = folder.resolve("model.gguf");
        target = folder.resolve("imported");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void givesBackTheVeryTensors(int version) {
        TestModels.llama().heads(4, 2, 16).write(original);
        TestGguf.of(original).version(version).write(file);

        run(DType.F32);

        assertThat(ImportRig.tensors(target)).isEqualTo(ImportRig.tensors(original));
        assertThat(ImportRig.names(target)).containsExactly("config.json", "model.safetensors", "tokenizer.json",
                "tokenizer_config.json");
        assertThat(ImportRig.names(folder)).containsExactly("imported", "model.gguf", "original");
    }

    @Test
    void anUntiedOutputIsWritten() {
        TestModels.llama().untied().write(original);
        TestGguf.of(original).write(file);
        run(DType.F32);
        assertThat(ImportRig.tensors(target)).isEqualTo(ImportRig.tensors(original)).containsKey("lm_head.weight");
        assertThat(config().get("tie_word_embeddings").booleanValue()).isFalse();
    }

    @Test
    void bf16IsRoundedToTheNearestAndTiesToEven() {
        TestModels.llama().write(original);
        byte[] ties = new byte[32 * Float.BYTES];
        for (int i = 0; i < 32; i++) {
            // Halfway between two BF16 numbers, and one step to either side.
            LittleEndian.put(ties, i * Float.BYTES, 0x3f80_8000 + (i / 3 << 16) + i % 3 - 1 | (i & 1) << 31);
        }
        TestGguf.of(original).tensor("output_norm.weight", GgmlType.F32, ties, 32).write(file);

        run(DType.BF16);

        try (WeightFiles from = WeightFiles.inDirectory(original); WeightFiles to = WeightFiles.inDirectory(target)) {
            assertThat(from.names()).isEqualTo(to.names());
            for (String name : from.names()) {
                byte[] exact = name.equals("model.norm.weight") ? ties : bytes(from, name);
                byte[] rounded = bytes(to, name);
                assertThat(to.info(name).dtype()).isEqualTo(DType.BF16);
                assertThat(rounded).hasSize(exact.length / 2);
                for (int i = 0; i < rounded.length / 2; i++) {
                    float value = Float.intBitsToFloat(LittleEndian.int32(exact, i * Float.BYTES));
                    assertThat(LittleEndian.int16(rounded, i * Short.BYTES)).isEqualTo(nearest(value));
                }
            }
        }
        assertThat(config().get("torch_dtype").textValue()).isEqualTo("bfloat16");
    }

    /** By distances in F64, not by the bits that are carried. */
    private static short nearest(float value) {
        int cut = Float.floatToRawIntBits(value) >>> 16;
        double below = Math.abs((double) value - Float.intBitsToFloat(cut << 16));
        double above = Math.abs((double) value - Float.intBitsToFloat(cut + 1 << 16));
        return (short) (below < above || below == above && cut % 2 == 0 ? cut : cut + 1);
    }

    @Test
    void configurationIsThatOfTheFile() throws IOException {
        TestModels.llama().context(4_096).write(original);
        TestGguf.of(original).float32("llama.rope.freq_base", 1e6f)
                .float32("llama.attention.layer_norm_rms_epsilon", 1e-6f)
                .uint32("tokenizer.ggml.eot_token_id", 1).write(file);
        run(DType.F32);
        assertThat(config()).isEqualTo(new ObjectMapper().readTree("""
                {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 32,
                 "intermediate_size": 48, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2,
                 "head_dim": 16, "vocab_size": 260, "max_position_embeddings": 4096, "rms_norm_eps": 1e-6,
                 "rope_theta": 1000000.0, "tie_word_embeddings": true, "bos_token_id": 3, "eos_token_id": [1, 2],
                 "hidden_act": "silu", "attention_bias": false, "torch_dtype": "float32"}"""));
    }

    @Test
    void keysThatMayBeLeftOutAreDerived() {
        TestModels.llama().widths(64, 48).heads(4, 4, 16).write(original);
        TestGguf.of(original).without("llama.attention.head_count_kv").without("llama.attention.key_length")
                .without("llama.attention.value_length").without("llama.rope.dimension_count")
                .without("llama.rope.freq_base").without("tokenizer.ggml.bos_token_id").alignment(64).write(file);
        run(DType.F32);
        assertThat(ImportRig.tensors(target)).isEqualTo(ImportRig.tensors(original));
        assertThat(config().get("rope_theta").doubleValue()).isEqualTo(10_000);
        assertThat(config().has("bos_token_id")).isFalse();
    }

    @Test
    void scalingOfTheRotaryEmbeddingComesByKeysOrByTheTensor() {
        TestModels.llama().write(original);
        TestGguf.of(original).string("llama.rope.scaling.type", "linear").float32("llama.rope.scaling.factor", 4)
                .write(file);
        assertThat(scaling()).isEqualTo(new RopeScaling.Linear(4));

        TestGguf.of(original).float32("llama.rope.scale_linear", 2.5f).write(file);
        assertThat(scaling()).isEqualTo(new RopeScaling.Linear(2.5));

        TestGguf.of(original).string("llama.rope.scaling.type", "none").float32("llama.rope.scaling.factor", 4)
                .write(file);
        assertThat(scaling()).isEqualTo(new RopeScaling.None());

        // Turns in 1,024 positions: 163, 51.5, 16.3, 5.2, 1.63, .52, ...; the fifth lies a fifth of the way from 1 to 4.
        float fifth = (float) (1 / (1 / 8.0 + 7 / 8.0 * (1_024 / (2 * Math.PI) / 100 - 1) / 3));
        TestGguf.of(original).tensor("rope_freqs.weight", GgmlType.F32, f32(1, 1, 1, 1, fifth, 8, 8, 8), 8).write(file);
        assertThat(scaling()).isEqualTo(new RopeScaling.Llama3(8, 1, 4, 1_024));

        TestGguf.of(original).tensor("rope_freqs.weight", GgmlType.F32, f32(1, 1, 1, 1, 1, 1, 1, 1), 8).write(file);
        assertThat(scaling()).isEqualTo(new RopeScaling.None());
    }

    @Test
    void weightsAreSharedOutAmongFiles() throws IOException {
        TestModels.llama().untied().write(original);
        TestGguf.of(original).write(file);
        long embedding = 260 * 32 * 4; // larger than a file
        GgufImporter.run(file, target, ImportRig.options(DType.F32), ImportProgress.NONE,
                ImportRig.setup(original, 20_000));

        assertThat(ImportRig.tensors(target)).isEqualTo(ImportRig.tensors(original));
        JsonNode index = new ObjectMapper().readTree(target.resolve("model.safetensors.index.json").toFile());
        int files = ImportRig.names(target).size() - 4;
        assertThat(files).isGreaterThan(3);
        assertThat(ImportRig.names(target)).contains("model-00001-of-%05d.safetensors".formatted(files),
                "model-%05d-of-%05d.safetensors".formatted(files, files));
        assertThat(index.at("/weight_map/model.embed_tokens.weight").textValue())
                .isEqualTo("model-00001-of-%05d.safetensors".formatted(files));
        assertThat(Files.size(target.resolve("model-00001-of-%05d.safetensors".formatted(files))))
                .isBetween(embedding, embedding + 200);
        assertThat(index.at("/metadata/total_size").longValue()).isEqualTo(ImportRig.tensors(original).values().stream()
                .mapToLong(tensor -> tensor.substring(tensor.lastIndexOf(' ') + 1).length() / 2).sum());
    }

    @Test
    void quantisedTensorsAreReadRowByRow() {
        TestModels.llama().widths(64, 96).write(original);
        SplittableRandom random = new SplittableRandom(3);
        byte[] blocks = new byte[64 * 2 * 18];
        random.nextBytes(blocks);
        for (int block = 0; block < 128; block++) {
            LittleEndian.put(blocks, block * 18, Float.floatToFloat16(random.nextFloat()));
        }
        TestGguf.of(original).tensor("blk.1.attn_q.weight", GgmlType.Q4_0, blocks, 64, 64).write(file);
        run(DType.F32);
        float[] rows = new float[64 * 64];
        Dequantizer.of(GgmlType.Q4_0).row(blocks, rows.length, rows, 0);
        try (WeightFiles weights = WeightFiles.inDirectory(target)) {
            byte[] written = bytes(weights, "model.layers.1.self_attn.q_proj.weight");
            for (int head = 0; head < 4; head++) {
                for (int i = 0; i < 16; i++) {
                    int source = head * 16 + (i < 8 ? 2 * i : 2 * (i - 8) + 1);
                    for (int column = 0; column < 64; column++) {
                        assertThat(LittleEndian.int32(written, ((head * 16 + i) * 64 + column) * 4))
                                .isEqualTo(Float.floatToRawIntBits(rows[source * 64 + column]));
                    }
                }
            }
        }
    }

    @Test
    void progressEndsWithAllBytes() {
        TestModels.llama().write(original);
        TestGguf.of(original).write(file);
        List<Long> done = new ArrayList<>();
        List<String> names = new ArrayList<>();
        GgufImporter.run(file, target, ImportOptions.DEFAULT, (name, bytes, total) -> {
            done.add(bytes);
            names.add(name);
            assertThat(bytes).isLessThanOrEqualTo(total);
            assertThat(total).isEqualTo(done(original));
        }, ImportRig.setup(original, ImportRig.NO_LIMIT));
        assertThat(done).isSorted().last().isEqualTo(done(original));
        assertThat(names).startsWith("token_embd.weight", "blk.0.attn_norm.weight").endsWith("output_norm.weight");
    }

    private static long done(Path model) {
        return ImportRig.tensors(model).values().stream()
                .mapToLong(tensor -> tensor.substring(tensor.lastIndexOf(' ') + 1).length() / 2).sum();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x7fc00000, 0x7f800000, 0xff800000})
    void weightsThatAreNoNumbersAreRefusedWithTheirPlace(int bits) {
        TestModels.llama().write(original);
        TestGguf.of(original).data("blk.2.ffn_up.weight", data -> {
            LittleEndian.put(data, 1_000 * Float.BYTES, bits);
            return data;
        }).write(file);
        assertThatExceptionOfType(InvalidModelException.class).isThrownBy(() -> run(DType.F32))
                .withMessage(file + ": blk.2.ffn_up.weight at element 1000 is " + Float.intBitsToFloat(bits)
                        + "; allowed: numbers that are finite as F32");
        assertThat(ImportRig.names(folder)).containsExactly("model.gguf", "original");
    }

    @Test
    void whatOverflowsBf16IsRefusedAndFitsF32() {
        TestModels.llama().write(original);
        TestGguf.of(original).data("blk.0.attn_q.weight", data -> {
            LittleEndian.put(data, 33 * Float.BYTES, Float.floatToRawIntBits(Float.MAX_VALUE));
            return data;
        }).write(file);
        assertThatExceptionOfType(InvalidModelException.class).isThrownBy(() -> run(DType.BF16))
                .withMessageContaining("blk.0.attn_q.weight at element 33 is 3.4028235E38");
        run(DType.F32);
        assertThat(target).isDirectory();
    }

    private void run(DType weights) {
        GgufImporter.run(file, target, ImportRig.options(weights), ImportProgress.NONE,
                ImportRig.setup(original, ImportRig.NO_LIMIT));
    }

    private RopeScaling scaling() {
        GgufImporter.run(file, target, new ImportOptions(DType.BF16, true, null), ImportProgress.NONE,
                ImportRig.setup(original, ImportRig.NO_LIMIT));
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(target, "dsla", false)) {
            return checkpoint.config().ropeScaling();
        }
    }

    private JsonNode config() {
        try {
            return new ObjectMapper().readTree(target.resolve("config.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(WeightFiles weights, String name) {
        return weights.data(name).toArray(ValueLayout.JAVA_BYTE);
    }

    private static byte[] f32(float... values) {
        byte[] bytes = new byte[values.length * Float.BYTES];
        for (int i = 0; i < values.length; i++) {
            LittleEndian.put(bytes, i * Float.BYTES, Float.floatToRawIntBits(values[i]));
        }
        return bytes;
    }
}
