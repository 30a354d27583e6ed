package io.github.jlamadsla.gguf;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Blocks become the very bits that an independent program computed: {@code src/test/resources/gguf/make_blocks.py}.
 */
class DequantizerTest {

    @ParameterizedTest
    @EnumSource(value = GgmlType.class, names = {"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q4_K",
        "Q5_K", "Q6_K"})
    void givesTheBitsOfTheReference(GgmlType type) throws IOException {
        byte[] file = reference(type);
        int blocks = file.length / (type.blockBytes() + type.blockElements() * Float.BYTES);
        int elements = blocks * type.blockElements();
        assertThat(type.bytes(elements) + (long) elements * Float.BYTES).isEqualTo(file.length);
        assertThat(elements).isGreaterThanOrEqualTo(256);

        float[] values = new float[elements + 2];
        Arrays.fill(values, 77);
        Dequantizer.of(type).row(Arrays.copyOf(file, (int) type.bytes(elements)), elements, values, 1);

        for (int i = 0; i < elements; i++) {
            // NaN of any kind is alike: it is refused.
            int expected = Float.floatToIntBits(
                    Float.intBitsToFloat(LittleEndian.int32(file, (int) type.bytes(elements) + i * Float.BYTES)));
            assertThat(Float.floatToIntBits(values[1 + i])).as("element %d", i).isEqualTo(expected);
        }
        assertThat(values[0]).isEqualTo(77);
        assertThat(values[elements + 1]).isEqualTo(77);
    }

    @ParameterizedTest
    @EnumSource(value = GgmlType.class, names = {"Q4_0", "Q6_K"})
    void theReferencesSpanManyMagnitudes(GgmlType type) throws IOException {
        byte[] file = reference(type);
        int blocks = file.length / (type.blockBytes() + type.blockElements() * Float.BYTES);
        float least = Float.MAX_VALUE;
        float most = 0;
        for (int at = blocks * type.blockBytes(); at < file.length; at += Float.BYTES) {
            float size = Math.abs(Float.intBitsToFloat(LittleEndian.int32(file, at)));
            if (size > 0 && size <= Float.MAX_VALUE) {
                least = Math.min(least, size);
                most = Math.max(most, size);
            }
        }
        assertThat(least).isLessThan(1e-6f);
        assertThat(most).isGreaterThan(65_504);
    }

    @Test
    void otherTypesAreNotRead() {
        assertThatIllegalArgumentException().isThrownBy(() -> Dequantizer.of(GgmlType.IQ4_XS))
                .withMessage("IQ4_XS is not read");
        assertThat(GgmlType.READABLE)
                .isEqualTo("F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K, BF16");
    }

    private static byte[] reference(GgmlType type) throws IOException {
        try (InputStream in = DequantizerTest.class.getResourceAsStream("/gguf/" + type + ".bin")) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }
}
