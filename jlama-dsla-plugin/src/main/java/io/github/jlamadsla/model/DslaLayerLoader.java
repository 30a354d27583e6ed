package io.github.jlamadsla.model;

import java.util.ArrayList;
import java.util.List;

import io.github.jlamadsla.checkpoint.DslaConfig;
import io.github.jlamadsla.checkpoint.DslaForm;
import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.kernel.MatMul;
import io.github.jlamadsla.kernel.PackedWeights;
import io.github.jlamadsla.kernel.RawMatrix;
import io.github.jlamadsla.kernel.Visible;
import io.github.jlamadsla.memory.NativeArena;

/** Makes converted layers from the DSLA tensors of a checkpoint (DESIGN section 3); the same for every family. */
final class DslaLayerLoader {
    private final HybridCheckpoint checkpoint;
    private final MatMul matMul;
    private final NativeArena arena;
    private final AttentionShape shape;

    DslaLayerLoader(HybridCheckpoint checkpoint, MatMul matMul, NativeArena arena, AttentionShape shape) {
        this.checkpoint = checkpoint;
        this.matMul = matMul;
        this.arena = arena;
        this.shape = shape;
    }

    /** @param softmax the softmax form of the layer; not needed, and may be null, in the released form */
    AttentionLayer load(int layer, SoftmaxAttention softmax) {
        DslaConfig dsla = checkpoint.dsla();
        DslaAttention.Weights weights = weights(layer, softmax);
        if (dsla.window() == 0) {
            return new DslaAttention(shape, weights, dsla.form() == DslaForm.FOLDING ? softmax : null);
        }
        WindowedAttention.Mix mix = new WindowedAttention.Mix(pack(tensor(layer, "mix_proj.weight")),
                checkpoint.dslaVector(layer, "mix_proj.bias"));
        return new WindowedAttention(shape, weights, mix, new Visible(dsla.window(), dsla.sinks()), softmax);
    }

    private DslaAttention.Weights weights(int layer, SoftmaxAttention softmax) {
        DslaConfig dsla = checkpoint.dsla();
        boolean folding = dsla.form() == DslaForm.FOLDING;
        PackedWeights kv = folding
                ? softmax.keyValueWeights()
                : pack(tensor(layer, "k_proj.weight"), tensor(layer, "v_proj.weight"));
        float[] alpha = checkpoint.dslaVector(layer, "alpha_list");
        float history = (float) (1 / (1 + Math.exp((double) alpha[1] - alpha[0])));
        float recency = (float) (1 / (1 + Math.exp((double) alpha[0] - alpha[1])));
        return new DslaAttention.Weights(pack(tensor(layer, "q_proj.weight")), kv,
                pack(tensor(layer, "o_proj.weight")), folding ? foldingGates(layer) : releasedGates(layer), history,
                recency, dsla.gateLogitNormalizer(), dsla.logGateMin());
    }

    private GateProjection releasedGates(int layer) {
        RawMatrix history = tensor(layer, "gk_proj.weight");
        RawMatrix recency = tensor(layer, "gk_proj2.weight");
        float[] historyBias = checkpoint.dslaVector(layer, "gk_proj.bias");
        float[] recencyBias = checkpoint.dslaVector(layer, "gk_proj2.bias");
        float[] bias = new float[2 * history.rows()];
        System.arraycopy(historyBias, 0, bias, 0, history.rows());
        System.arraycopy(recencyBias, 0, bias, history.rows(), history.rows());
        return new ReleasedGates(history.rows() / shape.headSize(), shape.headSize(), pack(history, recency), bias);
    }

    private GateProjection foldingGates(int layer) {
        RawMatrix history = tensor(layer, "gk_proj.weight");
        RawMatrix recency = tensor(layer, "gk_proj2.weight");
        float[] historyBias = checkpoint.dslaVector(layer, "gk_proj.bias");
        float[] recencyBias = checkpoint.dslaVector(layer, "gk_proj2.bias");
        int d = shape.headSize();
        List<PackedWeights> heads = new ArrayList<>();
        float[] bias = new float[2 * shape.kvWidth()]; // [kvHeads][2][headSize]
        for (int h = 0; h < shape.kvHeads(); h++) {
            heads.add(pack(head(history, h), head(recency, h)));
            System.arraycopy(historyBias, h * d, bias, 2 * h * d, d);
            System.arraycopy(recencyBias, h * d, bias, (2 * h + 1) * d, d);
        }
        return new FoldingGates(shape, heads, bias);
    }

    /** One head's rows {@code [headSize][2 * headSize]} of a gate matrix {@code [kvHeads * headSize][2 * headSize]}. */
    private RawMatrix head(RawMatrix gates, int head) {
        long bytes = (long) shape.headSize() * gates.columns() * gates.type().bytes();
        return new RawMatrix(gates.data().asSlice(head * bytes, bytes), gates.type(), shape.headSize(),
                gates.columns());
    }

    private RawMatrix tensor(int layer, String name) {
        return checkpoint.dslaMatrix(layer, name);
    }

    private PackedWeights pack(RawMatrix... matrices) {
        return matMul.pack(List.of(matrices), arena);
    }
}
