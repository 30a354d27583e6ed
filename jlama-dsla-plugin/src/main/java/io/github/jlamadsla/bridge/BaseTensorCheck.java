package io.github.jlamadsla.bridge;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.safetensors.Excerpt;
import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.safetensors.TensorInfo;

/** Compares the tensors of weight files with those their configuration calls for. */
final class BaseTensorCheck {
    private static final Set<DType> TYPES = EnumSet.of(DType.F32, DType.BF16, DType.F16);

    private BaseTensorCheck() {}

    /**
     * @param others names that belong to somebody else and are not looked at
     * @throws InvalidModelException if a tensor is missing, extra, of another shape or type
     */
    static void check(WeightFiles weights, ModelConfig config, Set<String> others) {
        BaseTensors family = BaseTensors.of(config.family());
        Map<String, List<Long>> expected = family.expected(config);
        // Types first: a quantised model has extra tensors too, and its type says more.
        for (String name : weights.names()) {
            if (!others.contains(name) && !family.tolerated(name)) {
                checkType(weights, name);
            }
        }
        expected.forEach((name, shape) -> checkShape(weights, name, shape, config));
        for (String name : weights.names()) {
            if (!expected.containsKey(name) && !others.contains(name) && !family.tolerated(name)) {
                throw new InvalidModelException(weights.file(name), Excerpt.of(name), "an extra tensor",
                        "the tensors of a " + config.family() + " model" + (config.tiedEmbeddings()
                                ? " with tied embeddings"
                                : "") + " of " + config.layers() + " layers");
            }
        }
    }

    private static void checkType(WeightFiles weights, String name) {
        DType type = weights.info(name).dtype();
        if (!TYPES.contains(type)) {
            throw new InvalidModelException(weights.file(name), Excerpt.of(name) + ".dtype", type,
                    "F32, BF16, F16 (quantised weights are not supported by this version)");
        }
    }

    private static void checkShape(WeightFiles weights, String name, List<Long> shape, ModelConfig config) {
        if (!weights.has(name)) {
            throw new InvalidModelException(weights.path(), name, "missing", "a tensor of shape " + shape);
        }
        TensorInfo info = weights.info(name);
        if (!info.shape().equals(shape)) {
            throw new InvalidModelException(weights.file(name), name + ".shape", info.shape(),
                    shape + ", as " + config.file().getFileName() + " says");
        }
    }
}
