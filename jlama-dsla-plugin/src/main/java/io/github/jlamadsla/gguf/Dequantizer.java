package io.github.jlamadsla.gguf;

/**
 * Turns blocks of a quantised type into F32, as the pip package {@code gguf} computes them: every product and every sum
 * is rounded once. For one thread.
 */
@FunctionalInterface
interface Dequantizer {

    /**
     * One row.
     *
     * @param raw the row's blocks, from index 0 on
     * @param elements a multiple of the type's block
     * @param out gets {@code elements} values
     * @param at where the first goes
     */
    void row(byte[] raw, int elements, float[] out, int at);

    /** @param type a readable type */
    static Dequantizer of(GgmlType type) {
        return switch (type) {
            case F32 -> PlainRows::f32;
            case F16 -> PlainRows::f16;
            case BF16 -> PlainRows::bf16;
            case Q8_0 -> BlocksOf32::q8Scaled;
            case Q4_0 -> BlocksOf32::q4Scaled;
            case Q4_1 -> BlocksOf32::q4Shifted;
            case Q5_0 -> BlocksOf32::q5Scaled;
            case Q5_1 -> BlocksOf32::q5Shifted;
            case Q4_K -> BlocksOf256::q4;
            case Q5_K -> BlocksOf256::q5;
            case Q6_K -> BlocksOf256::q6;
            default -> throw new IllegalArgumentException(type + " is not read");
        };
    }
}
