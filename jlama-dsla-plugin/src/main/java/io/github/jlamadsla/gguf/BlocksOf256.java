package io.github.jlamadsla.gguf;

/** Blocks of 256 elements, the K types; see {@link Dequantizer#row}. */
final class BlocksOf256 {
    private static final int ELEMENTS = 256;
    private static final int GROUP = 32; // elements of Q4_K and Q5_K with one scale and one offset
    private static final int SCALES = 4; // where the twelve bytes of scales begin, behind two F16 numbers
    private static final int AFTER_SCALES = SCALES + 12;

    private BlocksOf256() {}

    /** Two groups of 32 share 32 bytes: the first has their low four bits, the second the high ones. */
    static void q4(byte[] raw, int elements, float[] out, int at) {
        int bytes = GgmlType.Q4_K.blockBytes();
        for (int block = 0; block < elements / ELEMENTS; block++) {
            int from = block * bytes;
            for (int group = 0; group < ELEMENTS / GROUP; group++) {
                float scale = scale(raw, from, group);
                float offset = offset(raw, from, group);
                int low = from + AFTER_SCALES + group / 2 * GROUP;
                int shift = group % 2 * 4;
                int to = at + block * ELEMENTS + group * GROUP;
                for (int i = 0; i < GROUP; i++) {
                    out[to + i] = scale * (raw[low + i] >> shift & 15) - offset;
                }
            }
        }
    }

    /** As Q4_K, with the fifth bits of all groups in 32 bytes before: group g at bit g. */
    static void q5(byte[] raw, int elements, float[] out, int at) {
        int bytes = GgmlType.Q5_K.blockBytes();
        for (int block = 0; block < elements / ELEMENTS; block++) {
            int from = block * bytes;
            int high = from + AFTER_SCALES;
            for (int group = 0; group < ELEMENTS / GROUP; group++) {
                float scale = scale(raw, from, group);
                float offset = offset(raw, from, group);
                int low = high + GROUP + group / 2 * GROUP;
                int shift = group % 2 * 4;
                int to = at + block * ELEMENTS + group * GROUP;
                for (int i = 0; i < GROUP; i++) {
                    int quant = raw[low + i] >> shift & 15 | (raw[high + i] >> group & 1) << 4;
                    out[to + i] = scale * quant - offset;
                }
            }
        }
    }

    /**
     * 128 bytes of low four bits, 64 bytes of high two bits, 16 signed scales, an F16 factor. Of each half of the block
     * 64 bytes have the low bits: first all low nibbles, 64 elements, then all high ones; and 32 bytes the high bits:
     * elements i, i + 32, i + 64, i + 96 in byte i, lowest bits first.
     */
    static void q6(byte[] raw, int elements, float[] out, int at) {
        int bytes = GgmlType.Q6_K.blockBytes();
        for (int block = 0; block < elements / ELEMENTS; block++) {
            int from = block * bytes;
            float factor = LittleEndian.float16(raw, from + 208);
            for (int group = 0; group < ELEMENTS / 16; group++) {
                float scale = factor * raw[from + 192 + group];
                int half = group / 8;
                int inHalf = group % 8 * 16; // first element of the group, from the half's first
                int low = from + half * 64 + inHalf % 64;
                int high = from + 128 + half * 32 + inHalf % 32;
                int lowShift = inHalf / 64 * 4;
                int highShift = inHalf / 32 * 2;
                int to = at + block * ELEMENTS + group * 16;
                for (int i = 0; i < 16; i++) {
                    int quant = raw[low + i] >> lowShift & 15 | (raw[high + i] >> highShift & 3) << 4;
                    out[to + i] = scale * (quant - 32);
                }
            }
        }
    }

    /** Product of the block's factor and a group's scale of six bits; the last four groups' are in two pieces. */
    private static float scale(byte[] raw, int from, int group) {
        int scales = from + SCALES;
        int scale = group < 4
                ? raw[scales + group] & 63
                : raw[scales + 4 + group] & 15 | raw[scales + group - 4] >> 2 & 48;
        return LittleEndian.float16(raw, from) * scale;
    }

    private static float offset(byte[] raw, int from, int group) {
        int scales = from + SCALES;
        int offset = group < 4
                ? raw[scales + 4 + group] & 63
                : raw[scales + 4 + group] >> 4 & 15 | raw[scales + group] >> 2 & 48;
        return LittleEndian.float16(raw, from + 2) * offset;
    }
}
