package io.github.jlamadsla.gguf;

import io.github.jlamadsla.safetensors.DType;

/** Writes F32 numbers as elements of a safetensors file. */
final class WeightEncoder {
    /** The greatest F32 number that rounds to a finite BF16 number. */
    private static final float GREATEST_TO_BF16 = Float.intBitsToFloat(0x7f7f7fff);

    private WeightEncoder() {}

    /**
     * Encodes numbers, little endian: F32 as they are, BF16 rounded to nearest, ties to even.
     *
     * @param values {@code [count]}, finite
     * @param out gets the bytes, from index 0 on
     */
    static void encode(float[] values, int count, DType type, byte[] out) {
        if (type == DType.BF16) {
            for (int i = 0; i < count; i++) {
                LittleEndian.put(out, i * Short.BYTES, bf16(values[i]));
            }
        } else {
            for (int i = 0; i < count; i++) {
                LittleEndian.put(out, i * Integer.BYTES, Float.floatToRawIntBits(values[i]));
            }
        }
    }

    /** Index of the first number that is not finite as that type, -1 if there is none. */
    static int firstNotFinite(float[] values, int count, DType type) {
        float most = type == DType.BF16 ? GREATEST_TO_BF16 : Float.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            if (!(Math.abs(values[i]) <= most)) {
                return i;
            }
        }
        return -1;
    }

    private static short bf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (short) (bits + 0x7fff + (bits >> 16 & 1) >> 16);
    }
}
