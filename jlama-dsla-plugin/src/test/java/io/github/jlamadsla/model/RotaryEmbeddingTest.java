package io.github.jlamadsla.model;

import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.jlamadsla.bridge.RopeScaling;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.testing.Allocation;

import static org.assertj.core.api.Assertions.assertThat;

/** Rotation against the formula in double precision. */
class RotaryEmbeddingTest {
    private static final int HEAD = 64;
    private static final double THETA = 500_000;

    static Stream<RopeScaling> scalings() {
        return Stream.of(new RopeScaling.None(), new RopeScaling.Linear(4), new RopeScaling.Llama3(8, 1, 4, 8_192),
                new RopeScaling.Llama3(32, 1, 4, 8_192));
    }

    @ParameterizedTest
    @MethodSource("scalings")
    void rotatesByTheScaledAngle(RopeScaling scaling) {
        RotaryEmbedding rotary = new RotaryEmbedding(HEAD, 20_000, THETA, scaling);
        float[] x = new float[3 * 2 * HEAD]; // [rows][heads][HEAD]
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.sin(i + 1);
        }
        float[] rotated = x.clone();
        int first = 19_997;
        rotary.prepare(first + 3);
        rotary.rotate(TestKernels.vector().rowOps(), Rows.of(rotated, 2 * HEAD), 3, 2, first);
        for (int r = 0; r < 3; r++) {
            for (int h = 0; h < 2; h++) {
                for (int i = 0; i < HEAD / 2; i++) {
                    int at = (r * 2 + h) * HEAD + i;
                    double angle = (first + r) * frequency(i, scaling);
                    assertThat((double) rotated[at]).isCloseTo(
                            x[at] * Math.cos(angle) - x[at + HEAD / 2] * Math.sin(angle), within(3e-7));
                    assertThat((double) rotated[at + HEAD / 2]).isCloseTo(
                            x[at + HEAD / 2] * Math.cos(angle) + x[at] * Math.sin(angle), within(3e-7));
                }
            }
        }
        rotary.unrotate(TestKernels.vector().rowOps(), Rows.of(rotated, 2 * HEAD), 3, 2, first);
        for (int i = 0; i < x.length; i++) {
            assertThat(rotated[i]).isCloseTo(x[i], org.assertj.core.data.Offset.offset(3e-7f));
        }
    }

    private static org.assertj.core.data.Offset<Double> within(double value) {
        return org.assertj.core.data.Offset.offset(value);
    }

    /** Written from the published definition, by wavelengths: independent of the code under test. */
    private static double frequency(int i, RopeScaling scaling) {
        double base = 1 / Math.pow(THETA, 2.0 * i / HEAD);
        if (scaling instanceof RopeScaling.Linear(double factor)) {
            return base / factor;
        }
        if (!(scaling instanceof RopeScaling.Llama3(double factor, double low, double high, int original))) {
            return base;
        }
        double wavelength = 2 * Math.PI / base;
        if (wavelength < original / high) {
            return base;
        }
        if (wavelength > original / low) {
            return base / factor;
        }
        double smooth = (original / wavelength - low) / (high - low);
        return (1 - smooth) * base / factor + smooth * base;
    }

    /** A context is a number in a file; memory for it is taken as sequences reach it. */
    @Test
    void theTableGrowsWithTheSequencesNotTheContext() {
        RotaryEmbedding rotary = new RotaryEmbedding(HEAD, 4_194_304, THETA, new RopeScaling.None());
        assertThat(Allocation.of(() -> rotary.prepare(10))).isLessThan(1 << 20);
        float[] early = rotated(rotary, 5);
        rotary.prepare(50_000);
        assertThat(rotated(rotary, 5)).isEqualTo(early);
    }

    private static float[] rotated(RotaryEmbedding rotary, int position) {
        float[] x = new float[HEAD];
        Arrays.fill(x, 1);
        rotary.rotate(TestKernels.vector().rowOps(), Rows.of(x, HEAD), 1, 1, position);
        return x;
    }

    @Test
    void llama3ChangesOnlyLowFrequencies() {
        RopeScaling scaling = new RopeScaling.Llama3(8, 1, 4, 8_192);
        assertThat(RotaryEmbedding.scaled(1, scaling)).isEqualTo(1);
        assertThat(RotaryEmbedding.scaled(1e-5, scaling)).isEqualTo(1e-5 / 8);
        assertThat(RotaryEmbedding.scaled(2 * Math.PI * 2 / 8_192, scaling)).isBetween(2 * Math.PI * 2 / 8_192 / 8,
                2 * Math.PI * 2 / 8_192);
    }
}
