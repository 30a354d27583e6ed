package io.github.jlamadsla.gguf;

import java.util.List;

import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.safetensors.TensorSpec;

/**
 * A tensor of the model directory and where it comes from.
 *
 * @param name its name in the directory
 * @param source the same in the GGUF file; rows and columns are alike
 * @param headSize rows of a head, whose order is put right; 0 if rows stay as they are
 */
record ModelTensor(String name, GgufTensor source, int headSize) {

    /** Dimensions, outermost first. */
    List<Long> shape() {
        return source.shape();
    }

    /** As it is written. */
    TensorSpec spec(DType type) {
        return new TensorSpec(name, type, shape());
    }

    /**
     * The row of the source that a row of this tensor is. In a head of a GGUF file the two rows that are rotated
     * together stand next to each other; here they are half a head apart.
     */
    long sourceRow(long row) {
        if (headSize == 0) {
            return row;
        }
        long inHead = row % headSize;
        long half = headSize / 2;
        return row - inHead + 2 * (inHead % half) + inHead / half;
    }
}
