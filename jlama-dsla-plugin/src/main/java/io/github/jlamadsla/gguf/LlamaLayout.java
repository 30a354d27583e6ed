package io.github.jlamadsla.gguf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.jlamadsla.bridge.ModelConfig;
import io.github.jlamadsla.safetensors.Excerpt;
import io.github.jlamadsla.safetensors.InvalidModelException;

/** Which tensors a Llama has in a GGUF file, and which of the model directory they become. */
final class LlamaLayout {

    /** A tensor that must be there. */
    private record Expected(String source, String name, List<Long> shape, int headSize) {}

    private final GgufFile file;
    private final ModelConfig config;

    LlamaLayout(GgufFile file, ModelConfig config) {
        this.file = file;
        this.config = config;
    }

    /**
     * The model's tensors, in the order of its layers.
     *
     * @throws InvalidModelException if one is missing, of another shape or unknown
     */
    List<ModelTensor> tensors() {
        Map<String, Expected> expected = new LinkedHashMap<>();
        for (Expected one : expected()) {
            expected.put(one.source(), one);
        }
        for (String name : file.tensors().keySet()) {
            if (!expected.containsKey(name) && !name.equals(GgufConfig.ROPE_FREQUENCIES)) {
                throw refused(name, "an extra tensor", allowed(name));
            }
        }
        return expected.values().stream().map(this::found).toList();
    }

    private ModelTensor found(Expected expected) {
        GgufTensor tensor = file.tensors().get(expected.source());
        if (tensor == null) {
            throw refused(expected.source(), "missing", "a tensor of shape " + expected.shape());
        }
        if (!tensor.shape().equals(expected.shape())) {
            throw refused(tensor.name(), "of shape " + tensor.shape(), expected.shape().toString());
        }
        return new ModelTensor(expected.name(), tensor, expected.headSize());
    }

    private static String allowed(String name) {
        if (name.endsWith(".bias")) {
            return "the tensors of a Llama without biases, which are not supported";
        }
        return name.contains("_exp") || name.contains("ffn_gate_inp")
                ? "the tensors of a Llama without experts, which are not supported"
                : "the tensors of a Llama of " + GgufConfig.EMBEDDING + " to " + GgufConfig.OUTPUT;
    }

    private InvalidModelException refused(String tensor, String value, String allowed) {
        return new InvalidModelException(file.path(), Excerpt.of(tensor), value, allowed);
    }

    private List<Expected> expected() {
        long hidden = config.hiddenSize();
        List<Long> embedding = List.of((long) config.vocabularySize(), hidden);
        List<Expected> expected = new ArrayList<>();
        expected.add(new Expected(GgufConfig.EMBEDDING, "model.embed_tokens.weight", embedding, 0));
        for (int layer = 0; layer < config.layers(); layer++) {
            addLayer("blk." + layer + ".", "model.layers." + layer + ".", expected);
        }
        expected.add(new Expected("output_norm.weight", "model.norm.weight", List.of(hidden), 0));
        if (!config.tiedEmbeddings()) {
            expected.add(new Expected(GgufConfig.OUTPUT, "lm_head.weight", embedding, 0));
        }
        return expected;
    }

    private void addLayer(String from, String to, List<Expected> expected) {
        int headSize = config.headSize();
        long hidden = config.hiddenSize();
        long queries = (long) config.heads() * headSize;
        long keys = (long) config.kvHeads() * headSize;
        long mlp = config.mlpSize();
        expected.add(new Expected(from + "attn_norm.weight", to + "input_layernorm.weight", List.of(hidden), 0));
        expected.add(new Expected(from + "attn_q.weight", to + "self_attn.q_proj.weight", List.of(queries, hidden),
                headSize));
        expected.add(
                new Expected(from + "attn_k.weight", to + "self_attn.k_proj.weight", List.of(keys, hidden), headSize));
        expected.add(new Expected(from + "attn_v.weight", to + "self_attn.v_proj.weight", List.of(keys, hidden), 0));
        expected.add(
                new Expected(from + "attn_output.weight", to + "self_attn.o_proj.weight", List.of(hidden, queries), 0));
        expected.add(
                new Expected(from + "ffn_norm.weight", to + "post_attention_layernorm.weight", List.of(hidden), 0));
        expected.add(new Expected(from + "ffn_gate.weight", to + "mlp.gate_proj.weight", List.of(mlp, hidden), 0));
        expected.add(new Expected(from + "ffn_up.weight", to + "mlp.up_proj.weight", List.of(mlp, hidden), 0));
        expected.add(new Expected(from + "ffn_down.weight", to + "mlp.down_proj.weight", List.of(hidden, mlp), 0));
    }
}
