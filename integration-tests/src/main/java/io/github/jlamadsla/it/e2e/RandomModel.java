package io.github.jlamadsla.it.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.jlamadsla.bridge.JlamaModelDirectory;
import io.github.jlamadsla.checkpoint.Fingerprint;
import io.github.jlamadsla.it.e2e.RandomTensors.Tensor;
import io.github.jlamadsla.safetensors.DType;

/**
 * Makes a Llama directory of random BF16 weights with a {@code dsla/} folder in the folding form whose order holds all
 * layers. It says nothing sensible, but costs what a trained model of its shape costs. The same shape and seed give the
 * same bytes; a directory that is there is used again.
 */
public final class RandomModel {
    /** Part of the directory's name: goes up when other bytes are written. */
    private static final int VERSION = 1;
    private static final double DEVIATION = 0.02;
    private static final double ROPE_THETA = 100_000;
    /** Small, so that the end token's logit is never the largest and answers have the length asked for. */
    private static final double SPECIAL_DEVIATION = 1e-4;

    private RandomModel() {}

    /** The directory of {@link ModelShape#TINY}, for tests of other packages; see {@link #make}. */
    public static Path makeTiny(Path models, long seed) {
        return make(models, ModelShape.TINY, seed);
    }

    /**
     * The directory of a shape, made if it is not there.
     *
     * @param models directory of all such models, as {@code target/models}
     * @throws UncheckedIOException if it cannot be written
     */
    public static Path make(Path models, ModelShape shape, long seed) {
        Path directory = models.resolve(shape.name() + "-bf16-seed" + seed + "-v" + VERSION);
        if (Files.isDirectory(directory)) {
            return directory;
        }
        try {
            Files.createDirectories(models);
            Path unfinished = Files.createTempDirectory(models, "unfinished");
            try {
                write(unfinished, shape, seed);
                Files.move(unfinished, directory);
            } finally {
                deleteAll(unfinished);
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(directory + ": cannot be written: " + e, e);
        }
    }

    private static void write(Path directory, ModelShape shape, long seed) throws IOException {
        new ObjectMapper().writeValue(directory.resolve("config.json").toFile(), config(shape));
        SyntheticTokenizer.write(directory, shape.vocabulary(), shape.context());
        RandomTensors.write(directory.resolve("model.safetensors"), baseTensors(shape), seed);
        Path dsla = Files.createDirectory(directory.resolve("dsla"));
        RandomTensors.write(dsla.resolve("dsla.safetensors"), dslaTensors(shape), seed);
        try (JlamaModelDirectory base = JlamaModelDirectory.open(directory)) {
            new ObjectMapper().writeValue(dsla.resolve("dsla_config.json").toFile(),
                    dslaConfig(shape, Fingerprint.of(base.weights())));
        }
    }

    private static ObjectNode config(ModelShape shape) {
        ObjectNode config = new ObjectMapper().createObjectNode();
        config.putArray("architectures").add("LlamaForCausalLM");
        config.put("model_type", "llama").put("hidden_act", "silu");
        config.put("hidden_size", shape.hidden()).put("intermediate_size", shape.mlp());
        config.put("num_hidden_layers", shape.layers()).put("num_attention_heads", shape.heads());
        config.put("num_key_value_heads", shape.kvHeads()).put("head_dim", shape.headSize());
        config.put("max_position_embeddings", shape.context()).put("rms_norm_eps", 1e-5);
        config.put("rope_theta", ROPE_THETA).put("attention_bias", false).put("mlp_bias", false);
        config.put("tie_word_embeddings", true).put("vocab_size", shape.vocabulary());
        config.put("bos_token_id", 1).put("eos_token_id", SyntheticTokenizer.END).put("pad_token_id", 0);
        return config.put("torch_dtype", "bfloat16");
    }

    private static List<Tensor> baseTensors(ModelShape shape) {
        List<Tensor> tensors = new ArrayList<>();
        long specials = (long) SyntheticTokenizer.SPECIAL.size() * shape.hidden();
        tensors.add(Tensor.of("model.embed_tokens.weight", DType.BF16,
                (random, index) -> (float) (random.nextGaussian()
                        * (index < specials ? SPECIAL_DEVIATION : DEVIATION)),
                shape.vocabulary(), shape.hidden()));
        for (int layer = 0; layer < shape.layers(); layer++) {
            String prefix = "model.layers." + layer + ".";
            tensors.add(norm(prefix + "input_layernorm.weight", shape));
            tensors.add(matrix(prefix + "self_attn.q_proj.weight", shape.queries(), shape.hidden()));
            tensors.add(matrix(prefix + "self_attn.k_proj.weight", shape.keys(), shape.hidden()));
            tensors.add(matrix(prefix + "self_attn.v_proj.weight", shape.keys(), shape.hidden()));
            tensors.add(matrix(prefix + "self_attn.o_proj.weight", shape.hidden(), shape.queries()));
            tensors.add(norm(prefix + "post_attention_layernorm.weight", shape));
            tensors.add(matrix(prefix + "mlp.gate_proj.weight", shape.mlp(), shape.hidden()));
            tensors.add(matrix(prefix + "mlp.up_proj.weight", shape.mlp(), shape.hidden()));
            tensors.add(matrix(prefix + "mlp.down_proj.weight", shape.hidden(), shape.mlp()));
        }
        tensors.add(norm("model.norm.weight", shape));
        return tensors;
    }

    private static List<Tensor> dslaTensors(ModelShape shape) {
        List<Tensor> tensors = new ArrayList<>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            String prefix = "model.layers." + layer + ".self_attn.";
            tensors.add(vector(prefix + "alpha_list", RandomTensors.normal(DEVIATION), 2));
            // Half-lives in tokens: the history remembers pages, the recency state a sentence or two.
            tensors.add(vector(prefix + "gk_proj.bias", halfLives(300, 4_000), shape.keys()));
            tensors.add(vector(prefix + "gk_proj2.bias", halfLives(10, 100), shape.keys()));
            tensors.add(gate(prefix + "gk_proj.weight", shape));
            tensors.add(gate(prefix + "gk_proj2.weight", shape));
            tensors.add(matrix(prefix + "q_proj.weight", shape.queries(), shape.hidden()));
            tensors.add(matrix(prefix + "o_proj.weight", shape.hidden(), shape.queries()));
        }
        // F32 first: then all tensors are aligned.
        tensors.sort(Comparator.comparing(tensor -> tensor.spec().dtype() != DType.F32));
        return tensors;
    }

    private static Tensor norm(String name, ModelShape shape) {
        return Tensor.of(name, DType.BF16, RandomTensors.constant(1), shape.hidden());
    }

    private static Tensor matrix(String name, int rows, int columns) {
        return Tensor.of(name, DType.BF16, RandomTensors.normal(DEVIATION), rows, columns);
    }

    private static Tensor vector(String name, RandomTensors.Values values, int length) {
        return Tensor.of(name, DType.F32, values, length);
    }

    private static Tensor gate(String name, ModelShape shape) {
        return Tensor.of(name, DType.BF16, RandomTensors.normal(DEVIATION), shape.kvHeads(), shape.headSize(),
                2L * shape.headSize());
    }

    /**
     * Gate biases whose half-lives are spread evenly on a log scale. exp(g) halves the state in h tokens when
     * g = logsigmoid(z) / 16 = -ln 2 / h, so z = -ln(exp(16 ln 2 / h) - 1).
     */
    private static RandomTensors.Values halfLives(double shortest, double longest) {
        return (random, index) -> {
            double halfLife = shortest * Math.pow(longest / shortest, random.nextDouble());
            return (float) -Math.log(Math.expm1(16 * Math.log(2) / halfLife));
        };
    }

    private static ObjectNode dslaConfig(ModelShape shape, String fingerprint) {
        ObjectNode config = new ObjectMapper().createObjectNode();
        config.put("format", "dsla").put("version", 1).put("form", "folding");
        // Every second layer first: a hybrid of 50 % has its two kinds of layers mixed, as trained ones do.
        IntStream.concat(IntStream.range(0, shape.layers()).filter(layer -> layer % 2 == 1),
                IntStream.range(0, shape.layers()).filter(layer -> layer % 2 == 0))
                .forEach(config.putArray("order")::add);
        config.put("order_source", "manual").put("gate_logit_normalizer", 16.0).put("log_gate_min", -1.0);
        return config.put("base_fingerprint", fingerprint);
    }

    private static void deleteAll(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
