package io.github.jlamadsla.checkpoint;

import java.util.List;

import io.github.jlamadsla.bridge.WeightFiles;
import io.github.jlamadsla.kernel.RawMatrix;
import io.github.jlamadsla.kernel.WeightType;
import io.github.jlamadsla.safetensors.TensorInfo;

/** What a model's packed weights take, known from the headers of its files before anything is loaded. */
public final class WeightMemory {
    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final List<String> DSLA_MATRICES = List.of("q_proj.weight", "k_proj.weight", "v_proj.weight",
            "o_proj.weight", "gk_proj.weight", "gk_proj2.weight", "mix_proj.weight");

    private WeightMemory() {}

    /**
     * To be asked before the weights are loaded.
     *
     * @param availableBytes what the machine can still give
     * @throws ModelTooLargeException if the weights take more
     */
    public static void check(HybridCheckpoint checkpoint, long availableBytes) {
        long needed = packedBytes(checkpoint);
        if (needed > availableBytes) {
            throw new ModelTooLargeException(checkpoint.directory().path(), needed, availableBytes);
        }
    }

    /**
     * Bytes of all matrices as the products hold them, less the padding of their last panels: F16 widened to F32,
     * other types as they are. An embedding that is not the output matrix as well stays in its mapped file.
     */
    static long packedBytes(HybridCheckpoint checkpoint) {
        WeightFiles weights = checkpoint.directory().weights();
        long bytes = 0;
        for (String name : weights.names()) {
            TensorInfo tensor = weights.info(name);
            boolean packed = tensor.shape().size() > 1
                    && (checkpoint.config().tiedEmbeddings() || !name.equals(EMBEDDING));
            if (packed) {
                bytes += packedBytes(weights.data(name).byteSize(), WeightType.valueOf(tensor.dtype().name()));
            }
        }
        // In the authors' style the DSLA tensors stand among the base model's own.
        return checkpoint.dsla().order().onlyTop() ? bytes : bytes + dslaBytes(checkpoint);
    }

    private static long dslaBytes(HybridCheckpoint checkpoint) {
        long bytes = 0;
        for (int layer : checkpoint.dsla().order().layers()) {
            for (String name : DSLA_MATRICES) {
                if (checkpoint.hasDslaTensor(layer, name)) {
                    RawMatrix matrix = checkpoint.dslaMatrix(layer, name);
                    bytes += packedBytes(matrix.data().byteSize(), matrix.type());
                }
            }
        }
        return bytes;
    }

    private static long packedBytes(long bytes, WeightType type) {
        return type == WeightType.F16 ? 2 * bytes : bytes;
    }
}
