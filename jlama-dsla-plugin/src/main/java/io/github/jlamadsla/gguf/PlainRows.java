package io.github.jlamadsla.gguf;

/** Rows that are stored as they are; see {@link Dequantizer#row}. */
final class PlainRows {
    private PlainRows() {}

    static void f32(byte[] raw, int elements, float[] out, int at) {
        for (int i = 0; i < elements; i++) {
            out[at + i] = Float.intBitsToFloat(LittleEndian.int32(raw, i * Float.BYTES));
        }
    }

    static void f16(byte[] raw, int elements, float[] out, int at) {
        for (int i = 0; i < elements; i++) {
            out[at + i] = LittleEndian.float16(raw, i * Short.BYTES);
        }
    }

    static void bf16(byte[] raw, int elements, float[] out, int at) {
        for (int i = 0; i < elements; i++) {
            out[at + i] = Float.intBitsToFloat(LittleEndian.int16(raw, i * Short.BYTES) << Short.SIZE);
        }
    }
}
