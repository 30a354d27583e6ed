package io.github.jlamadsla.gguf;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import io.github.jlamadsla.bridge.JlamaModelDirectory;
import io.github.jlamadsla.bridge.ModelConfig;
import io.github.jlamadsla.bridge.WeightFiles;
import io.github.jlamadsla.testing.TestFiles;

/** Writes GGUF files: any keys, any tensors. */
final class TestGguf {

    /** A key's value with its type's number. */
    private record Value(int type, byte[] bytes) {}

    /**
     * @param dimensions as the file has them, innermost first
     */
    private record Tensor(long[] dimensions, int type, byte[] data) {}

    private final Map<String, Value> values = new LinkedHashMap<>();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private int version = 3;
    private int alignment = 32;

    TestGguf version(int number) {
        version = number;
        return this;
    }

    TestGguf uint32(String key, long value) {
        return put(key, 4, number(4).putInt((int) value));
    }

    TestGguf uint64(String key, long value) {
        return put(key, 10, number(8).putLong(value));
    }

    TestGguf float32(String key, float value) {
        return put(key, 6, number(4).putFloat(value));
    }

    TestGguf float64(String key, double value) {
        return put(key, 12, number(8).putDouble(value));
    }

    TestGguf bool(String key, int value) {
        return put(key, 7, number(1).put((byte) value));
    }

    TestGguf string(String key, String value) {
        values.put(key, new Value(8, text(value)));
        return this;
    }

    TestGguf strings(String key, List<String> all) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(number(12).putInt(8).putLong(all.size()).array());
        all.forEach(one -> bytes.writeBytes(text(one)));
        values.put(key, new Value(9, bytes.toByteArray()));
        return this;
    }

    TestGguf floats(String key, float... all) {
        ByteBuffer bytes = number(12 + 4 * all.length).putInt(6).putLong(all.length);
        for (float one : all) {
            bytes.putFloat(one);
        }
        return put(key, 9, bytes);
    }

    TestGguf ints(String key, int... all) {
        ByteBuffer bytes = number(12 + 4 * all.length).putInt(5).putLong(all.length);
        for (int one : all) {
            bytes.putInt(one);
        }
        return put(key, 9, bytes);
    }

    /** Any value. */
    TestGguf raw(String key, int type, byte[] bytes) {
        values.put(key, new Value(type, bytes));
        return this;
    }

    TestGguf without(String key) {
        values.remove(key);
        tensors.remove(key);
        return this;
    }

    TestGguf alignment(int bytes) {
        alignment = bytes;
        return uint32("general.alignment", bytes);
    }

    /** @param shape outermost first */
    TestGguf tensor(String name, GgmlType type, byte[] data, long... shape) {
        return tensor(name, number(type), data, shape);
    }

    /** @param type its number */
    TestGguf tensor(String name, int type, byte[] data, long... shape) {
        long[] dimensions = new long[shape.length];
        for (int i = 0; i < shape.length; i++) {
            dimensions[i] = shape[shape.length - 1 - i];
        }
        tensors.put(name, new Tensor(dimensions, type, data));
        return this;
    }

    /** Changes the bytes of a tensor. */
    TestGguf data(String name, UnaryOperator<byte[]> edit) {
        tensors.computeIfPresent(name,
                (_, old) -> new Tensor(old.dimensions(), old.type(), edit.apply(old.data().clone())));
        return this;
    }

    /** The same tensor under another name. */
    TestGguf rename(String from, String to) {
        tensors.put(to, tensors.remove(from));
        return this;
    }

    byte[] bytes() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        file.writeBytes(number(20).putInt(version).putLong(tensors.size()).putLong(values.size()).array());
        values.forEach((key, value) -> {
            file.writeBytes(text(key));
            file.writeBytes(number(4).putInt(value.type()).array());
            file.writeBytes(value.bytes());
        });
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            file.writeBytes(text(entry.getKey()));
            ByteBuffer rest = number(4 + 8 * tensor.dimensions().length + 12).putInt(tensor.dimensions().length);
            for (long dimension : tensor.dimensions()) {
                rest.putLong(dimension);
            }
            file.writeBytes(rest.putInt(tensor.type()).putLong(offset).array());
            offset += aligned(tensor.data().length);
        }
        file.writeBytes(new byte[(int) (aligned(file.size()) - file.size())]);
        for (Tensor tensor : tensors.values()) {
            file.writeBytes(Arrays.copyOf(tensor.data(), (int) aligned(tensor.data().length)));
        }
        return file.toByteArray();
    }

    Path write(Path file) {
        TestFiles.writeBytes(file, bytes());
        return file;
    }

    /**
     * The file that a model directory in F32 or BF16 would have come from: its keys, its tensors under their names in
     * GGUF, rows of q and k in interleaved order.
     */
    static TestGguf of(Path directory) {
        TestGguf gguf = new TestGguf();
        try (JlamaModelDirectory model = JlamaModelDirectory.open(directory)) {
            gguf.keys(model.config());
            WeightFiles weights = model.weights();
            for (String name : weights.names()) {
                byte[] data = weights.data(name).toArray(ValueLayout.JAVA_BYTE);
                boolean rotated = name.contains("q_proj") || name.contains("k_proj");
                long[] shape = weights.info(name).shape().stream().mapToLong(Long::longValue).toArray();
                gguf.tensor(ggufName(name), GgmlType.valueOf(weights.info(name).dtype().name()),
                        rotated ? interleaved(data, (int) shape[0], model.config().headSize()) : data, shape);
            }
        }
        return gguf;
    }

    private void keys(ModelConfig config) {
        string("general.architecture", "llama").string("general.name", "test");
        uint32("llama.block_count", config.layers()).uint32("llama.context_length", config.contextLength());
        uint32("llama.embedding_length", config.hiddenSize());
        uint32("llama.feed_forward_length", config.mlpSize());
        uint32("llama.attention.head_count", config.heads());
        uint32("llama.attention.head_count_kv", config.kvHeads());
        uint32("llama.attention.key_length", config.headSize());
        uint32("llama.attention.value_length", config.headSize());
        uint32("llama.rope.dimension_count", config.headSize());
        float32("llama.rope.freq_base", (float) config.ropeTheta());
        float32("llama.attention.layer_norm_rms_epsilon", config.normEpsilon());
        uint32("tokenizer.ggml.bos_token_id", config.bosToken());
        uint32("tokenizer.ggml.eos_token_id", config.eosTokens().getFirst());
    }

    private static String ggufName(String name) {
        return name.replace("model.embed_tokens", "token_embd").replace("model.norm", "output_norm")
                .replace("lm_head", "output").replace("model.layers", "blk").replace("input_layernorm", "attn_norm")
                .replace("post_attention_layernorm", "ffn_norm").replaceAll("self_attn\\.(.)_proj", "attn_$1")
                .replace("attn_o.", "attn_output.").replaceAll("mlp\\.(.*)_proj", "ffn_$1");
    }

    /** Rows i and i + half of each head come to stand next to each other. */
    private static byte[] interleaved(byte[] data, int rows, int headSize) {
        int rowBytes = data.length / rows;
        byte[] moved = new byte[data.length];
        for (int head = 0; head < rows / headSize; head++) {
            int to = head * headSize;
            for (int i = 0; i < headSize / 2; i++) {
                for (int side = 0; side < 2; side++) {
                    int from = head * headSize + i + side * headSize / 2;
                    System.arraycopy(data, from * rowBytes, moved, to++ * rowBytes, rowBytes);
                }
            }
        }
        return moved;
    }

    private static int number(GgmlType type) {
        int number = 0;
        while (GgmlType.numbered(number) != type) {
            number++;
        }
        return number;
    }

    private long aligned(long size) {
        return (size + alignment - 1) / alignment * alignment;
    }

    private TestGguf put(String key, int type, ByteBuffer bytes) {
        values.put(key, new Value(type, bytes.array()));
        return this;
    }

    private static ByteBuffer number(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return number(8 + utf8.length).putLong(utf8.length).put(utf8).array();
    }
}
