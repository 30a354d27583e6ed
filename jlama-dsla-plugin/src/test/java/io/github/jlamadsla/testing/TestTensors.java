package io.github.jlamadsla.testing;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;

import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.safetensors.TensorSpec;

/** Random contents of tensors, scaled so that a tiny model's activations stay near one. */
final class TestTensors {
    private TestTensors() {}

    /** A tensor's bytes; they depend on the seed, the name, the type and the shape. */
    static MemorySegment random(TensorSpec tensor, long seed) {
        SplittableRandom random = new SplittableRandom(seed * 31 + tensor.name().hashCode());
        int elements = Math.toIntExact(tensor.bytes() * Byte.SIZE / tensor.dtype().bits());
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(tensor.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        List<Long> shape = tensor.shape();
        boolean norm = tensor.name().endsWith("norm.weight");
        boolean vector = shape.size() == 1;
        double scale = vector ? 0.5 : Math.sqrt(3.0 / shape.getLast());
        for (int i = 0; i < elements; i++) {
            float value = (float) (scale * (2 * random.nextDouble() - 1)) + (norm ? 1 : 0);
            put(bytes, tensor.dtype(), value);
        }
        return MemorySegment.ofBuffer(bytes.flip());
    }

    private static void put(ByteBuffer bytes, DType type, float value) {
        switch (type) {
            case F32 -> bytes.putFloat(value);
            case F16 -> bytes.putShort(Float.floatToFloat16(value));
            // Cut off, not rounded: any BF16 number will do.
            case BF16 -> bytes.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
            default -> throw new IllegalArgumentException("no random " + type);
        }
    }
}
