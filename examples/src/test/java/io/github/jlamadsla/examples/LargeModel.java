package io.github.jlamadsla.examples;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A model of terabytes that takes no space on disk, of the demo model's tokenizer, layers and heads. */
public final class LargeModel {
    private static final long HIDDEN = 1 << 16;
    private static final long MLP = 1 << 20;

    private LargeModel() {}

    /** @param directory to be made */
    public static Path write(Path directory) {
        Path demo = DemoModel.find();
        try {
            Files.createDirectory(directory);
            for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
                Files.copy(demo.resolve(name), directory.resolve(name));
            }
            Files.writeString(directory.resolve("config.json"), Files.readString(demo.resolve("config.json"))
                    .replace("\"hidden_size\": 512", "\"hidden_size\": " + HIDDEN)
                    .replace("\"intermediate_size\": 1024", "\"intermediate_size\": " + MLP));
            writeHoles(directory.resolve("model.safetensors"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return directory;
    }

    /** Regular expression of what is said when it is loaded. */
    public static String refused(Path directory) {
        return Pattern.quote(directory.toString()) + ": the weights take \\d{13} bytes \\(\\d+ MB\\) of memory, "
                + "the machine has \\d+ \\(\\d+ MB\\) available; allowed: a model that fits";
    }

    private static void writeHoles(Path file) throws IOException {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        shapes.put("model.embed_tokens", List.of(8_192L, HIDDEN));
        shapes.put("model.norm", List.of(HIDDEN));
        for (int i = 0; i < 8; i++) {
            String layer = "model.layers." + i + ".";
            shapes.put(layer + "input_layernorm", List.of(HIDDEN));
            shapes.put(layer + "post_attention_layernorm", List.of(HIDDEN));
            shapes.put(layer + "self_attn.q_proj", List.of(512L, HIDDEN));
            shapes.put(layer + "self_attn.k_proj", List.of(256L, HIDDEN));
            shapes.put(layer + "self_attn.v_proj", List.of(256L, HIDDEN));
            shapes.put(layer + "self_attn.o_proj", List.of(HIDDEN, 512L));
            shapes.put(layer + "mlp.gate_proj", List.of(MLP, HIDDEN));
            shapes.put(layer + "mlp.up_proj", List.of(MLP, HIDDEN));
            shapes.put(layer + "mlp.down_proj", List.of(HIDDEN, MLP));
        }
        List<String> entries = new ArrayList<>();
        long end = 0;
        for (Map.Entry<String, List<Long>> tensor : shapes.entrySet()) {
            long begin = end;
            end += Short.BYTES * tensor.getValue().stream().reduce(1L, Math::multiplyExact);
            entries.add("\"%s.weight\":{\"dtype\":\"BF16\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                    .formatted(tensor.getKey(), tensor.getValue(), begin, end));
        }
        byte[] header = ("{" + String.join(",", entries) + "}").getBytes(StandardCharsets.UTF_8);
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.writeLong(Long.reverseBytes(header.length));
            out.write(header);
            out.setLength(Long.BYTES + header.length + end);
        }
    }
}
