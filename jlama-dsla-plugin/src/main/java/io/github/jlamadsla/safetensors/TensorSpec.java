package io.github.jlamadsla.safetensors;

import java.util.List;

/**
 * A tensor that is going to be written.
 *
 * @param name 1 to 512 characters
 * @param dtype type of its elements
 * @param shape dimensions, outermost first
 */
public record TensorSpec(String name, DType dtype, List<Long> shape) {
    public TensorSpec {
        shape = List.copyOf(shape);
        if (name.isEmpty() || name.length() > HeaderParser.MAX_NAME || shape.size() > HeaderParser.MAX_DIMENSIONS
                || shape.stream().anyMatch(dimension -> dimension < 0) || dtype.bytes(shape) < 0) {
            throw new IllegalArgumentException(Excerpt.of(name) + " " + dtype + " " + shape + " is not a tensor");
        }
    }

    /** Bytes of the tensor. */
    public long bytes() {
        return dtype.bytes(shape);
    }
}
