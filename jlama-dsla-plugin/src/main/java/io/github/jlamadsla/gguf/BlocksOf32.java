package io.github.jlamadsla.gguf;

/**
 * Blocks of 32 elements; see {@link Dequantizer#row}. {@code Scaled}: an F16 factor d, then signed quants, d * q.
 * {@code Shifted}: factor d and offset m, then unsigned quants, d * q + m. Of 4 and 5 bits, byte i has the low four
 * bits of element i and of element i + 16 above them; the fifth bits are one 32-bit word, element i at bit i.
 */
final class BlocksOf32 {
    private static final int ELEMENTS = 32;
    private static final int HALF = ELEMENTS / 2;

    private BlocksOf32() {}

    static void q8Scaled(byte[] raw, int elements, float[] out, int at) {
        int bytes = GgmlType.Q8_0.blockBytes();
        for (int block = 0; block < elements / ELEMENTS; block++) {
            int from = block * bytes;
            int to = at + block * ELEMENTS;
            float scale = LittleEndian.float16(raw, from);
            for (int i = 0; i < ELEMENTS; i++) {
                out[to + i] = scale * raw[from + 2 + i];
            }
        }
    }

    static void q4Scaled(byte[] raw, int elements, float[] out, int at) {
        int bytes = GgmlType.Q4_0.blockBytes();
        for (int block = 0; block < elements / ELEMENTS; block++) {
            int from = block * bytes;
            int to = at + block * ELEMENTS;
            float scale = LittleEndian.float16(raw, from);
            for (int i = 0; i < HALF; i++) {
                int pair = raw[from + 2 + i];
                out[to + i] = scale * ((pair & 15) - 8);
                out[to + HALF + i] = scale * ((pair >> 4 & 15) - 8);
            }
        }
    }

    static void q4Shifted(byte[] raw, int elements, float[] out, int at) {
        int bytes = GgmlType.Q4_1.blockBytes();
        for (int block = 0; block < elements / ELEMENTS; block++) {
            int from = block * bytes;
            int to = at + block * ELEMENTS;
            float scale = LittleEndian.float16(raw, from);
            float offset = LittleEndian.float16(raw, from + 2);
            for (int i = 0; i < HALF; i++) {
                int pair = raw[from + 4 + i];
                out[to + i] = scale * (pair & 15) + offset;
                out[to + HALF + i] = scale * (pair >> 4 & 15) + offset;
            }
        }
    }

    static void q5Scaled(byte[] raw, int elements, float[] out, int at) {
        int bytes = GgmlType.Q5_0.blockBytes();
        for (int block = 0; block < elements / ELEMENTS; block++) {
            int from = block * bytes;
            int to = at + block * ELEMENTS;
            float scale = LittleEndian.float16(raw, from);
            int high = LittleEndian.int32(raw, from + 2);
            for (int i = 0; i < HALF; i++) {
                int pair = raw[from + 6 + i];
                out[to + i] = scale * ((pair & 15 | (high >> i & 1) << 4) - 16);
                out[to + HALF + i] = scale * ((pair >> 4 & 15 | (high >> HALF + i & 1) << 4) - 16);
            }
        }
    }

    static void q5Shifted(byte[] raw, int elements, float[] out, int at) {
        int bytes = GgmlType.Q5_1.blockBytes();
        for (int block = 0; block < elements / ELEMENTS; block++) {
            int from = block * bytes;
            int to = at + block * ELEMENTS;
            float scale = LittleEndian.float16(raw, from);
            float offset = LittleEndian.float16(raw, from + 2);
            int high = LittleEndian.int32(raw, from + 4);
            for (int i = 0; i < HALF; i++) {
                int pair = raw[from + 8 + i];
                out[to + i] = scale * (pair & 15 | (high >> i & 1) << 4) + offset;
                out[to + HALF + i] = scale * (pair >> 4 & 15 | (high >> HALF + i & 1) << 4) + offset;
            }
        }
    }
}
