package io.github.jlamadsla.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.testing.Allocation;

import static org.assertj.core.api.Assertions.assertThat;

/** Values that are not finite are found wherever they are, the largest finite ones are not. */
class FloatScanTest {
    private static final int ELEMENTS = 10_001;

    @ParameterizedTest
    @CsvSource({"F32, 0x7f7fffff, 3.4028235E38", "F32, 0xff7fffff, -3.4028235E38", "F32, 0x00000001, 1.4E-45",
        "BF16, 0x7f7f, 3.3895314E38", "BF16, 0xff7f, -3.3895314E38", "F16, 0x7bff, 65504", "F16, 0xfbff, -65504"})
    void finiteValuesAreRead(DType type, String bits, float value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate((long) ELEMENTS * type.bits() / 8);
            put(data, type, 5_000, Integer.decode(wide(bits)));
            assertThat(FloatScan.firstNotFinite(data, type)).isEqualTo(-1);
            assertThat(FloatScan.value(data, type, 5_000)).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @CsvSource({"F32, 0x7f800000", "F32, 0xff800000", "F32, 0x7f800001", "F32, 0xffc00000", "BF16, 0x7f80",
        "BF16, 0xff80", "BF16, 0x7f81", "F16, 0x7c00", "F16, 0xfc00", "F16, 0x7c01"})
    void othersAreFoundInAnyPlace(DType type, String bits) {
        try (Arena arena = Arena.ofConfined()) {
            for (int at : new int[]{0, 1, 4_095, 4_096, 8_191, ELEMENTS - 1}) {
                // One byte off: mapped tensors have any alignment.
                MemorySegment data = arena.allocate((long) ELEMENTS * type.bits() / 8 + 1).asSlice(1);
                put(data, type, at, Integer.decode(wide(bits)));
                put(data, type, ELEMENTS - 1, Integer.decode(wide(bits)));
                assertThat(FloatScan.firstNotFinite(data, type)).isEqualTo(at);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"F32", "BF16", "F16"})
    void scanningAllocatesNothingOfNote(DType type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(4L << 20);
            FloatScan.firstNotFinite(data, type);
            assertThat(Allocation.of(() -> FloatScan.firstNotFinite(data, type))).isLessThan(64 << 10);
        }
    }

    /** {@link Integer#decode} knows no unsigned numbers. */
    private static String wide(String bits) {
        return Integer.toString((int) Long.decode(bits).longValue());
    }

    private static void put(MemorySegment data, DType type, long index, int bits) {
        if (type == DType.F32) {
            data.set(ValueLayout.JAVA_INT_UNALIGNED, index * 4, bits);
        } else {
            data.set(ValueLayout.JAVA_SHORT_UNALIGNED, index * 2, (short) bits);
        }
    }
}
