package io.github.jlamadsla.bridge;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The Llama family: RMS norms, grouped queries, a gated MLP, no biases. */
final class LlamaTensors implements BaseTensors {
    @Override
    public String family() {
        return "llama";
    }

    @Override
    public String architecture() {
        return "LlamaForCausalLM";
    }

    @Override
    public Map<String, List<Long>> expected(ModelConfig config) {
        long hidden = config.hiddenSize();
        long queries = (long) config.heads() * config.headSize();
        long keys = (long) config.kvHeads() * config.headSize();
        long mlp = config.mlpSize();
        long vocabulary = config.vocabularySize();
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        shapes.put("model.embed_tokens.weight", List.of(vocabulary, hidden));
        for (int layer = 0; layer < config.layers(); layer++) {
            String prefix = "model.layers." + layer + ".";
            shapes.put(prefix + "input_layernorm.weight", List.of(hidden));
            shapes.put(prefix + "self_attn.q_proj.weight", List.of(queries, hidden));
            shapes.put(prefix + "self_attn.k_proj.weight", List.of(keys, hidden));
            shapes.put(prefix + "self_attn.v_proj.weight", List.of(keys, hidden));
            shapes.put(prefix + "self_attn.o_proj.weight", List.of(hidden, queries));
            shapes.put(prefix + "post_attention_layernorm.weight", List.of(hidden));
            shapes.put(prefix + "mlp.gate_proj.weight", List.of(mlp, hidden));
            shapes.put(prefix + "mlp.up_proj.weight", List.of(mlp, hidden));
            shapes.put(prefix + "mlp.down_proj.weight", List.of(hidden, mlp));
        }
        shapes.put("model.norm.weight", List.of(hidden));
        if (!config.tiedEmbeddings()) {
            shapes.put("lm_head.weight", List.of(vocabulary, hidden));
        }
        return shapes;
    }

    /** Old files keep the rotary frequencies, which are computed from the configuration. */
    @Override
    public boolean tolerated(String name) {
        return name.endsWith("rotary_emb.inv_freq");
    }
}
