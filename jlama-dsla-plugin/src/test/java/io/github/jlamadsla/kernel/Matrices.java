package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Random matrices for tests of products. */
final class Matrices {

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);

    private Matrices() {}

    /** Weights of mixed size and sign, at an odd address as a model file may have them. */
    static RawMatrix weights(Random random, WeightType type, int rows, int columns) {
        MemorySegment data = MemorySegment.ofArray(new byte[rows * columns * type.bytes() + 1]).asSlice(1);
        for (int i = 0; i < rows * columns; i++) {
            float value = (float) random.nextGaussian();
            switch (type) {
                case F32 -> data.set(FLOAT, i * 4L, value);
                case F16 -> data.set(SHORT, i * 2L, Float.floatToFloat16(value));
                case BF16 -> data.set(SHORT, i * 2L, (short) (Float.floatToRawIntBits(value) >>> 16));
            }
        }
        return new RawMatrix(data, type, rows, columns);
    }

    static float[] floats(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    static float[] filled(int count, float value) {
        float[] values = new float[count];
        Arrays.fill(values, value);
        return values;
    }
}
