package io.github.jlamadsla.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

import io.github.jlamadsla.safetensors.DType;

/** Reads floating-point values of any stored type: one by one, or looking for values that are not finite. */
final class FloatScan {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK = 4_096;

    private FloatScan() {}

    /** Elements of a type that hold a floating-point value of this engine. */
    static boolean readable(DType type) {
        return type == DType.F32 || type == DType.BF16 || type == DType.F16;
    }

    /** One element as F32. */
    static float value(MemorySegment data, DType type, long index) {
        return switch (type) {
            case F32 -> Float.intBitsToFloat(data.get(INT, index * Integer.BYTES));
            case BF16 -> Float.intBitsToFloat(data.get(SHORT, index * Short.BYTES) << 16);
            case F16 -> Float.float16ToFloat(data.get(SHORT, index * Short.BYTES));
            default -> throw new IllegalArgumentException(type + " is not read as floating point");
        };
    }

    /** Index of the first NaN or infinity, -1 if all values are finite. */
    static long firstNotFinite(MemorySegment data, DType type) {
        long elements = data.byteSize() * Byte.SIZE / type.bits();
        for (long from = 0; from < elements; from += BLOCK) {
            long to = Math.min(elements, from + BLOCK);
            if (notFinite(data, type, from, to)) {
                return firstIn(data, type, from, to);
            }
        }
        return -1;
    }

    /** Whether an exponent of the block is all ones; without a branch per element, so that the JIT vectorises it. */
    private static boolean notFinite(MemorySegment data, DType type, long from, long to) {
        int found = 0;
        if (type == DType.F32) {
            int mask = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
            for (long i = from; i < to; i++) {
                found |= (data.get(INT, i * Integer.BYTES) & mask) == mask ? 1 : 0;
            }
        } else {
            int mask = type == DType.BF16 ? 0x7f80 : 0x7c00;
            for (long i = from; i < to; i++) {
                found |= (data.get(SHORT, i * Short.BYTES) & mask) == mask ? 1 : 0;
            }
        }
        return found != 0;
    }

    private static long firstIn(MemorySegment data, DType type, long from, long to) {
        for (long i = from; i < to; i++) {
            if (!Float.isFinite(value(data, type, i))) {
                return i;
            }
        }
        return -1;
    }
}
