package io.github.jlamadsla.gguf;

import java.nio.file.Path;

import io.github.jlamadsla.safetensors.DType;

/**
 * How a GGUF file is imported.
 *
 * @param weights type of all tensors written: BF16 or F32
 * @param overwrite whether an existing target is replaced, once the new one is complete
 * @param dsla folder of DSLA layers to be placed in the target as {@code dsla}, or null
 */
public record ImportOptions(DType weights, boolean overwrite, Path dsla) {

    /** BF16, an existing target is left alone, no DSLA layers. */
    public static final ImportOptions DEFAULT = new ImportOptions(DType.BF16, false, null);

    public ImportOptions {
        if (weights != DType.BF16 && weights != DType.F32) {
            throw new IllegalArgumentException("weights is " + weights + "; allowed: BF16, F32");
        }
    }
}
