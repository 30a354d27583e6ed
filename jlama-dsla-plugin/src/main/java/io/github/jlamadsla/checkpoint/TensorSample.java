package io.github.jlamadsla.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.List;

import io.github.jlamadsla.safetensors.DType;

/**
 * What a {@link Fingerprint} takes of a tensor.
 *
 * @param dtype type of its elements
 * @param shape dimensions, outermost first
 * @param first its first {@link Fingerprint#SAMPLE_BYTES} bytes, all if it has fewer
 * @param last its last ones, likewise
 */
public record TensorSample(DType dtype, List<Long> shape, MemorySegment first, MemorySegment last) {
    public TensorSample {
        shape = List.copyOf(shape);
    }
}
