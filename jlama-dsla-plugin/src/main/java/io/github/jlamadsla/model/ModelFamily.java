package io.github.jlamadsla.model;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.MatMul;
import io.github.jlamadsla.memory.NativeArena;

/** A family of models: how its tensors become blocks. One class per family. */
public interface ModelFamily {

    /** {@code model_type} of config.json. */
    String name();

    /**
     * Packs the weights of a checkpoint.
     *
     * @param matMul packs; must be the one that will multiply
     * @param weights where packed weights live; must outlive the model, as must the checkpoint
     */
    HybridModel load(HybridCheckpoint checkpoint, MatMul matMul, KvPrecision precision, NativeArena weights);
}
