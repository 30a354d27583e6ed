package io.github.jlamadsla.model;

import java.util.ArrayList;
import java.util.List;

import io.github.jlamadsla.bridge.ModelConfig;
import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.MatMul;
import io.github.jlamadsla.kernel.PackedWeights;
import io.github.jlamadsla.kernel.RawMatrix;
import io.github.jlamadsla.memory.NativeArena;
import io.github.jlamadsla.model.SoftmaxAttention.Projections;

/** Llama: pre-norm blocks, grouped queries, rotary embedding, SiLU-gated MLP, no biases. */
final class LlamaFamily implements ModelFamily {

    @Override
    public String name() {
        return "llama";
    }

    @Override
    public HybridModel load(HybridCheckpoint checkpoint, MatMul matMul, KvPrecision precision, NativeArena weights) {
        return new Loading(checkpoint, matMul, precision, weights).model();
    }

    /** One load: what every layer needs is at hand. */
    private static final class Loading {
        private final HybridCheckpoint checkpoint;
        private final MatMul matMul;
        private final KvPrecision precision;
        private final NativeArena arena;
        private final ModelConfig config;
        private final AttentionShape shape;
        private final RotaryEmbedding rotary;

        Loading(HybridCheckpoint checkpoint, MatMul matMul, KvPrecision precision, NativeArena arena) {
            this.checkpoint = checkpoint;
            this.matMul = matMul;
            this.precision = precision;
            this.arena = arena;
            this.config = checkpoint.config();
            this.shape = new AttentionShape(config.hiddenSize(), config.heads(), config.kvHeads(), config.headSize());
            this.rotary = new RotaryEmbedding(config.headSize(), config.contextLength(), config.ropeTheta(),
                    config.ropeScaling());
        }

        HybridModel model() {
            List<Block> blocks = new ArrayList<>();
            for (int i = 0; i < config.layers(); i++) {
                blocks.add(block(i));
            }
            String output = config.tiedEmbeddings() ? "model.embed_tokens.weight" : "lm_head.weight";
            return new HybridModel(config, checkpoint.dsla().order(),
                    new HybridModel.Parts(new Embedding(checkpoint.matrix("model.embed_tokens.weight")), blocks,
                            checkpoint.vector("model.norm.weight"), pack(checkpoint.matrix(output))));
        }

        private Block block(int i) {
            String prefix = "model.layers." + i + ".";
            LayerOrder order = checkpoint.dsla().order();
            int place = order.place(i);
            boolean softmaxWeights = place < 0 || !order.onlyTop();
            SoftmaxAttention softmax = softmaxWeights ? softmax(prefix + "self_attn.") : null;
            AttentionLayer dsla = place < 0
                    ? null
                    : new DslaLayerLoader(checkpoint, matMul, arena, shape).load(i, softmax);
            return new Block(checkpoint.vector(prefix + "input_layernorm.weight"),
                    checkpoint.vector(prefix + "post_attention_layernorm.weight"),
                    pack(checkpoint.matrix(prefix + "mlp.gate_proj.weight"),
                            checkpoint.matrix(prefix + "mlp.up_proj.weight")),
                    pack(checkpoint.matrix(prefix + "mlp.down_proj.weight")),
                    level -> order.converted(i, level) ? dsla : softmax);
        }

        private SoftmaxAttention softmax(String prefix) {
            Projections projections = new Projections(pack(checkpoint.matrix(prefix + "q_proj.weight")),
                    pack(checkpoint.matrix(prefix + "k_proj.weight"), checkpoint.matrix(prefix + "v_proj.weight")),
                    pack(checkpoint.matrix(prefix + "o_proj.weight")));
            return new SoftmaxAttention(shape, projections, rotary, precision);
        }

        private PackedWeights pack(RawMatrix... matrices) {
            return matMul.pack(List.of(matrices), arena);
        }
    }
}
