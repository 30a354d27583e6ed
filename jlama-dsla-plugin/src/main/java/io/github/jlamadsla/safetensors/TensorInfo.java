package io.github.jlamadsla.safetensors;

import java.util.List;

/**
 * One entry of a safetensors header, checked.
 *
 * @param name name of the tensor
 * @param dtype type of its elements
 * @param shape dimensions, outermost first; empty for a scalar
 * @param begin first byte, from the start of the file's data section
 * @param end byte after the last one
 */
public record TensorInfo(String name, DType dtype, List<Long> shape, long begin, long end) {
    public TensorInfo {
        shape = List.copyOf(shape);
    }

    /** Bytes of the tensor. */
    public long bytes() {
        return end - begin;
    }
}
