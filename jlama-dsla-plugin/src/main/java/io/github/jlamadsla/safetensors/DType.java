package io.github.jlamadsla.safetensors;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Element types of a safetensors file, by the names its header uses. {@link #Q4} is Jlama's addition. */
public enum DType {
    BOOL(8), F4(4), F6_E2M3(6), F6_E3M2(6), U8(8), I8(8), F8_E5M2(8), F8_E4M3(8), F8_E8M0(8), I16(16), U16(16), F16(
            16), BF16(16), I32(32), U32(32), F32(32), C64(64), F64(64), I64(64), U64(64),
    /** Jlama's four-bit blocks; their scales are a tensor of their own. */
    Q4(4);

    private static final Map<String, DType> BY_NAME = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(DType::name, type -> type));

    private final int bits;

    DType(int bits) {
        this.bits = bits;
    }

    /** Bits of one element. */
    public int bits() {
        return bits;
    }

    /**
     * Bytes of a tensor.
     *
     * @param shape dimensions, each 0 or more
     * @return the bytes, or -1 if they are not whole or do not fit into a long
     */
    public long bytes(List<Long> shape) {
        try {
            long size = bits;
            for (long dimension : shape) {
                size = Math.multiplyExact(size, dimension);
            }
            return size % Byte.SIZE == 0 ? size / Byte.SIZE : -1;
        } catch (ArithmeticException overflow) {
            return -1;
        }
    }

    /** The type of that name, null if there is none. */
    static DType named(String name) {
        return BY_NAME.get(name);
    }
}
