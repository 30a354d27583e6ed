package io.github.jlamadsla.model;

import java.util.List;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.MatMul;
import io.github.jlamadsla.memory.NativeArena;
import io.github.jlamadsla.safetensors.InvalidModelException;

/** Finds the family of a checkpoint and loads it. */
public final class ModelLoader {
    private static final List<ModelFamily> FAMILIES = List.of(new LlamaFamily());

    private ModelLoader() {}

    /** @throws InvalidModelException if no family takes the checkpoint */
    public static HybridModel load(HybridCheckpoint checkpoint, MatMul matMul, KvPrecision precision,
            NativeArena weights) {
        String name = checkpoint.config().family();
        return FAMILIES.stream().filter(f -> f.name().equals(name)).findFirst()
                .orElseThrow(() -> new InvalidModelException(checkpoint.config().file(), "model_type", name,
                        String.join(", ", FAMILIES.stream().map(ModelFamily::name).toList())))
                .load(checkpoint, matMul, precision, weights);
    }
}
