package io.github.jlamadsla.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.jlamadsla.bridge.WeightFiles;
import io.github.jlamadsla.checkpoint.Fingerprint;
import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.safetensors.SafetensorsWriter;
import io.github.jlamadsla.safetensors.TensorSpec;

/**
 * Writes tiny Llama directories with random weights, in the layout that Jlama reads. Every tensor's values depend only
 * on the seed and the tensor's name, so two models that differ in sharding or in their DSLA folder have the same base.
 *
 * <pre>{@code
 * Path model = TestModels.llama().layers(4).heads(4, 2, 16).dtype(DType.BF16).folding(1, 3).write(temporaryDirectory);
 * }</pre>
 *
 * Defaults: 3 layers, hidden 32, 4 query and 2 key/value heads of 16, MLP 48, vocabulary 260 (the byte-level tokenizer
 * of {@link TestTokenizer}), context 2,048, F32, tied embeddings, one file, no rotary scaling, no DSLA layers.
 */
public final class TestModels {
    private enum Form {
        NONE, FOLDING, RELEASED, WIDE_RELEASED, AUTHORS
    }

    private int layers = 3;
    private int hidden = 32;
    private int heads = 4;
    private int kvHeads = 2;
    private int headSize = 16;
    private int mlp = 48;
    private int vocabulary = TestTokenizer.TOKENS;
    private int context = 2_048;
    private DType dtype = DType.F32;
    private DType dslaDtype = DType.F32;
    private boolean tied = true;
    private int shards = 1;
    private long seed = 1;
    private Form form = Form.NONE;
    private int window;
    private int sinks;
    private String folder = "dsla";
    private List<Integer> order = List.of();
    private final List<Consumer<ObjectNode>> configEdits = new ArrayList<>();
    private final ObjectMapper json = new ObjectMapper();

    private TestModels() {}

    /** A Llama with the defaults. */
    public static TestModels llama() {
        return new TestModels();
    }

    /** Number of layers. */
    public TestModels layers(int count) {
        layers = count;
        return this;
    }

    /** Width of the residual stream and inner width of the MLP. */
    public TestModels widths(int hiddenSize, int mlpSize) {
        hidden = hiddenSize;
        mlp = mlpSize;
        return this;
    }

    /** Query heads, key/value heads, elements of a head. */
    public TestModels heads(int queryHeads, int keyValueHeads, int elements) {
        heads = queryHeads;
        kvHeads = keyValueHeads;
        headSize = elements;
        return this;
    }

    /** Rows of the embedding, at least {@link TestTokenizer#TOKENS}. */
    public TestModels vocabulary(int tokens) {
        vocabulary = tokens;
        return this;
    }

    /** {@code max_position_embeddings}. */
    public TestModels context(int tokens) {
        context = tokens;
        return this;
    }

    /** Type of the base weights: F32, BF16 or F16; norms and matrices alike. */
    public TestModels dtype(DType type) {
        dtype = type;
        return this;
    }

    /** Type of the DSLA matrices; biases and alpha are always F32. */
    public TestModels dslaDtype(DType type) {
        dslaDtype = type;
        return this;
    }

    /** An output matrix of its own instead of the embedding. */
    public TestModels untied() {
        tied = false;
        return this;
    }

    /** Weights in that many files with an index. */
    public TestModels shards(int files) {
        shards = files;
        return this;
    }

    /** Another set of random weights. */
    public TestModels seed(long number) {
        seed = number;
        return this;
    }

    /** {@code rope_scaling} of type {@code linear}. */
    public TestModels linearRope(double factor) {
        return config(node -> node.putObject("rope_scaling").put("rope_type", "linear").put("factor", factor));
    }

    /** {@code rope_scaling} of type {@code llama3}. */
    public TestModels llama3Rope(double factor, double low, double high, int original) {
        return config(node -> node.putObject("rope_scaling").put("rope_type", "llama3").put("factor", factor)
                .put("low_freq_factor", low).put("high_freq_factor", high)
                .put("original_max_position_embeddings", original));
    }

    /** Any change to config.json before it is written. */
    public TestModels config(Consumer<ObjectNode> edit) {
        configEdits.add(edit);
        return this;
    }

    /** A DSLA folder in the folding form, with this order of conversion. */
    public TestModels folding(Integer... layersInOrder) {
        return form(Form.FOLDING, layersInOrder);
    }

    /** An exact window and sinks of the DSLA layers, and the tensors that belong to it; 0 and 0 for none. */
    public TestModels window(int keys, int firstKeys) {
        window = keys;
        sinks = firstKeys;
        return this;
    }

    /** A DSLA folder in the released form with states per key/value head. */
    public TestModels released(Integer... layersInOrder) {
        return form(Form.RELEASED, layersInOrder);
    }

    /** A DSLA folder in the released form with states per query head. */
    public TestModels wideReleased(Integer... layersInOrder) {
        return form(Form.WIDE_RELEASED, layersInOrder);
    }

    /** DSLA tensors among the base model's own, states per query head, no folder. */
    public TestModels authorsStyle(Integer... convertedLayers) {
        return form(Form.AUTHORS, convertedLayers);
    }

    /** Another name for the DSLA folder. */
    public TestModels folder(String name) {
        folder = name;
        return this;
    }

    /** Whether a DSLA folder is written. */
    public boolean hasFolder() {
        return form != Form.NONE && form != Form.AUTHORS;
    }

    private TestModels form(Form chosen, Integer... layersInOrder) {
        form = chosen;
        order = List.of(layersInOrder);
        return this;
    }

    /**
     * Writes the directory.
     *
     * @param directory is made if it is not there
     * @return the directory
     */
    public Path write(Path directory) {
        try {
            Files.createDirectories(directory);
            ObjectNode config = config();
            configEdits.forEach(edit -> edit.accept(config));
            json.writerWithDefaultPrettyPrinter().writeValue(directory.resolve("config.json").toFile(), config);
            TestTokenizer.write(directory, vocabulary, context);
            writeBase(directory);
            if (hasFolder()) {
                writeFolder(directory);
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectNode config() {
        ObjectNode config = json.createObjectNode().put("model_type", "llama").put("hidden_act", "silu")
                .put("hidden_size", hidden).put("intermediate_size", mlp).put("num_hidden_layers", layers)
                .put("num_attention_heads", heads).put("num_key_value_heads", kvHeads).put("head_dim", headSize)
                .put("max_position_embeddings", context).put("rms_norm_eps", 1e-5).put("rope_theta", 10_000.0)
                .putNull("rope_scaling").put("attention_bias", false).put("mlp_bias", false)
                .put("tie_word_embeddings", tied).put("vocab_size", vocabulary).put("bos_token_id", TestTokenizer.BOS)
                .put("eos_token_id", TestTokenizer.EOS).put("torch_dtype", dtype.name().toLowerCase());
        config.putArray("architectures").add("LlamaForCausalLM");
        return config;
    }

    private void writeBase(Path directory) throws IOException {
        List<TensorSpec> tensors = new ArrayList<>(baseTensors());
        if (form == Form.AUTHORS) {
            tensors.removeIf(tensor -> order.stream()
                    .anyMatch(layer -> tensor.name().startsWith("model.layers." + layer + ".self_attn.")));
            tensors.addAll(dslaTensors(dtype));
        }
        if (shards == 1) {
            writeTensors(directory.resolve("model.safetensors"), tensors);
            return;
        }
        Map<String, String> places = new TreeMap<>();
        int perShard = (tensors.size() + shards - 1) / shards;
        for (int shard = 0; shard < shards; shard++) {
            String name = "model-%05d-of-%05d.safetensors".formatted(shard + 1, shards);
            List<TensorSpec> part = tensors.subList(Math.min(shard * perShard, tensors.size()),
                    Math.min((shard + 1) * perShard, tensors.size()));
            writeTensors(directory.resolve(name), part);
            part.forEach(tensor -> places.put(tensor.name(), name));
        }
        ObjectNode index = json.createObjectNode();
        index.putObject("metadata").put("total_size", tensors.stream().mapToLong(TensorSpec::bytes).sum());
        index.set("weight_map", json.valueToTree(places));
        json.writeValue(directory.resolve("model.safetensors.index.json").toFile(), index);
    }

    private void writeFolder(Path directory) throws IOException {
        Path dsla = Files.createDirectories(directory.resolve(folder));
        writeTensors(dsla.resolve("dsla.safetensors"), dslaTensors(dslaDtype));
        ObjectNode config = json.createObjectNode().put("format", "dsla").put("version", 1)
                .put("form", form == Form.FOLDING ? "folding" : "released");
        order.forEach(config.putArray("order")::add);
        config.put("order_source", "manual");
        if (window > 0) {
            config.put("window", window).put("sinks", sinks);
        }
        config.put("gate_logit_normalizer", 16.0).put("log_gate_min", -1.0);
        try (WeightFiles base = WeightFiles.inDirectory(directory)) {
            config.put("base_fingerprint", Fingerprint.of(base));
        }
        json.writerWithDefaultPrettyPrinter().writeValue(dsla.resolve("dsla_config.json").toFile(), config);
    }

    private List<TensorSpec> baseTensors() {
        List<TensorSpec> tensors = new ArrayList<>();
        tensors.add(tensor("model.embed_tokens.weight", dtype, vocabulary, hidden));
        for (int layer = 0; layer < layers; layer++) {
            String prefix = "model.layers." + layer + ".";
            tensors.add(tensor(prefix + "input_layernorm.weight", dtype, hidden));
            tensors.add(tensor(prefix + "self_attn.q_proj.weight", dtype, heads * headSize, hidden));
            tensors.add(tensor(prefix + "self_attn.k_proj.weight", dtype, kvHeads * headSize, hidden));
            tensors.add(tensor(prefix + "self_attn.v_proj.weight", dtype, kvHeads * headSize, hidden));
            tensors.add(tensor(prefix + "self_attn.o_proj.weight", dtype, hidden, heads * headSize));
            tensors.add(tensor(prefix + "post_attention_layernorm.weight", dtype, hidden));
            tensors.add(tensor(prefix + "mlp.gate_proj.weight", dtype, mlp, hidden));
            tensors.add(tensor(prefix + "mlp.up_proj.weight", dtype, mlp, hidden));
            tensors.add(tensor(prefix + "mlp.down_proj.weight", dtype, hidden, mlp));
        }
        tensors.add(tensor("model.norm.weight", dtype, hidden));
        if (!tied) {
            tensors.add(tensor("lm_head.weight", dtype, vocabulary, hidden));
        }
        return tensors;
    }

    private List<TensorSpec> dslaTensors(DType matrices) {
        boolean wide = form == Form.WIDE_RELEASED || form == Form.AUTHORS;
        int gates = (wide ? heads : kvHeads) * headSize;
        long[] gate = form == Form.FOLDING ? new long[]{kvHeads, headSize, 2 * headSize} : new long[]{gates, hidden};
        List<TensorSpec> tensors = new ArrayList<>();
        for (int layer : new TreeSet<>(order)) {
            String prefix = "model.layers." + layer + ".self_attn.";
            tensors.add(tensor(prefix + "alpha_list", DType.F32, 2));
            tensors.add(tensor(prefix + "gk_proj.bias", DType.F32, gates));
            tensors.add(tensor(prefix + "gk_proj2.bias", DType.F32, gates));
            tensors.add(tensor(prefix + "gk_proj.weight", matrices, gate));
            tensors.add(tensor(prefix + "gk_proj2.weight", matrices, gate));
            tensors.add(tensor(prefix + "q_proj.weight", matrices, heads * headSize, hidden));
            tensors.add(tensor(prefix + "o_proj.weight", matrices, hidden, heads * headSize));
            if (form != Form.FOLDING) {
                tensors.add(tensor(prefix + "k_proj.weight", matrices, kvHeads * headSize, hidden));
                tensors.add(tensor(prefix + "v_proj.weight", matrices, kvHeads * headSize, hidden));
            }
            if (window > 0) {
                tensors.add(tensor(prefix + "mix_proj.weight", matrices, heads, hidden));
                tensors.add(tensor(prefix + "mix_proj.bias", DType.F32, heads));
            }
        }
        return tensors;
    }

    private static TensorSpec tensor(String name, DType type, long... shape) {
        return new TensorSpec(name, type, java.util.Arrays.stream(shape).boxed().toList());
    }

    private void writeTensors(Path file, List<TensorSpec> tensors) {
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, tensors, Map.of("format", "pt"))) {
            tensors.forEach(tensor -> writer.append(TestTensors.random(tensor, seed)));
            writer.finish();
        }
    }
}
