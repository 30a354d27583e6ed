package io.github.jlamadsla.gguf;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Types of tensors by their numbers in GGUF files. Those with a block are read; the others are known so that they can
 * be refused by name.
 */
enum GgmlType {
    // @formatter:off
    F32(0, 1, 4),
    F16(1, 1, 2),
    Q4_0(2, 32, 18),
    Q4_1(3, 32, 20),
    Q4_2(4), Q4_3(5),
    Q5_0(6, 32, 22),
    Q5_1(7, 32, 24),
    Q8_0(8, 32, 34),
    Q8_1(9), Q2_K(10), Q3_K(11),
    Q4_K(12, 256, 144),
    Q5_K(13, 256, 176),
    Q6_K(14, 256, 210),
    Q8_K(15), IQ2_XXS(16), IQ2_XS(17), IQ3_XXS(18), IQ1_S(19), IQ4_NL(20), IQ3_S(21), IQ2_S(22), IQ4_XS(23),
    I8(24), I16(25), I32(26), I64(27), F64(28), IQ1_M(29),
    BF16(30, 1, 2),
    Q4_0_4_4(31), Q4_0_4_8(32), Q4_0_8_8(33), TQ1_0(34), TQ2_0(35), IQ4_NL_4_4(36), IQ4_NL_4_8(37), IQ4_NL_8_8(38),
    MXFP4(39), NVFP4(40), Q1_0(41);
    // @formatter:on

    /** The types that are read, for messages. */
    static final String READABLE = Arrays.stream(values()).filter(GgmlType::readable).map(GgmlType::name)
            .collect(Collectors.joining(", "));

    private static final Map<Integer, GgmlType> BY_NUMBER = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(type -> type.number, type -> type));

    private final int number; // in the file
    private final int blockElements;
    private final int blockBytes;

    GgmlType(int number) {
        this(number, 0, 0);
    }

    GgmlType(int number, int blockElements, int blockBytes) {
        this.number = number;
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
    }

    /** The type of that number, null if none is known. */
    static GgmlType numbered(int number) {
        return BY_NUMBER.get(number);
    }

    boolean readable() {
        return blockElements > 0;
    }

    /** Elements that are stored together; a row is a whole number of blocks. */
    int blockElements() {
        return blockElements;
    }

    /** Bytes of a block. */
    int blockBytes() {
        return blockBytes;
    }

    /** Bytes of so many elements, a whole number of blocks. */
    long bytes(long elements) {
        return Math.multiplyExact(elements / blockElements, (long) blockBytes);
    }
}
