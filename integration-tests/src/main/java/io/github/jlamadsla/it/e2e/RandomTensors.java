package io.github.jlamadsla.it.e2e;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.safetensors.SafetensorsWriter;
import io.github.jlamadsla.safetensors.TensorSpec;

/**
 * Writes tensors of random numbers, element by element. A tensor's numbers depend on the seed and its name only.
 */
final class RandomTensors {
    private static final ValueLayout.OfShort BF16 = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK = 1 << 18;

    private RandomTensors() {}

    /** The value of an element. */
    @FunctionalInterface
    interface Values {
        /**
         * @param random of this tensor, drawn from in the order of the elements
         * @param index of the element, row by row
         */
        float at(RandomGenerator random, long index);
    }

    /** A tensor to write: BF16 or F32. */
    record Tensor(TensorSpec spec, Values values) {
        static Tensor of(String name, DType type, Values values, long... shape) {
            return new Tensor(new TensorSpec(name, type, List.of(box(shape))), values);
        }

        private static Long[] box(long[] shape) {
            return Arrays.stream(shape).boxed().toArray(Long[]::new);
        }
    }

    /** Normally distributed around 0. */
    static Values normal(double deviation) {
        return (random, index) -> (float) (deviation * random.nextGaussian());
    }

    /** Always the same. */
    static Values constant(float value) {
        return (random, index) -> value;
    }

    /** Writes a safetensors file. */
    static void write(Path file, List<Tensor> tensors, long seed) {
        try (Arena arena = Arena.ofConfined();
                SafetensorsWriter writer = SafetensorsWriter.create(file,
                        tensors.stream().map(Tensor::spec).toList(), Map.of("made_by", "RandomModel"))) {
            MemorySegment block = arena.allocate((long) BLOCK * Float.BYTES);
            for (Tensor tensor : tensors) {
                RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom")
                        .create(seed * 0x9E3779B97F4A7C15L + tensor.spec().name().hashCode());
                long elements = tensor.spec().shape().stream().reduce(1L, Math::multiplyExact);
                for (long at = 0; at < elements; at += BLOCK) {
                    writer.append(fill(block, tensor, random, at, (int) Math.min(BLOCK, elements - at)));
                }
            }
            writer.finish();
        }
    }

    private static MemorySegment fill(MemorySegment block, Tensor tensor, RandomGenerator random, long at, int count) {
        boolean isShort = tensor.spec().dtype() == DType.BF16;
        for (int i = 0; i < count; i++) {
            float value = tensor.values().at(random, at + i);
            if (isShort) {
                block.setAtIndex(BF16, i, bfloat16(value));
            } else {
                block.setAtIndex(F32, i, value);
            }
        }
        return block.asSlice(0, (long) count * (isShort ? Short.BYTES : Float.BYTES));
    }

    /** Nearest, ties to even; finite values only. */
    private static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
    }
}
