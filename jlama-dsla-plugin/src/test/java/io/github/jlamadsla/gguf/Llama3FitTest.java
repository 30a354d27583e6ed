package io.github.jlamadsla.gguf;

import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.jlamadsla.bridge.RopeScaling;
import io.github.jlamadsla.testing.Allocation;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Parameters of Llama 3.1's scaling are found from its divisors, which the test computes as the published code does: by
 * wavelengths, in F32.
 */
class Llama3FitTest {

    @ParameterizedTest
    @CsvSource({
        // Llama 3.1 8B and 70B, Llama 3.2 1B (head size 64) and 3B
        "8, 1, 4, 8192, 500000, 128", "32, 1, 4, 8192, 500000, 64", "32, 1, 4, 8192, 500000, 128",
        // others
        "4, 1, 4, 8192, 500000, 128", "16, 1, 4, 2048, 10000, 64", "8, 1, 4, 4096, 100000, 96",
        "8, 2, 6, 8192, 500000, 128", "8, 0.5, 3, 16384, 500000, 128", "10.5, 1.25, 8.75, 1024, 50000, 256",
        "8, 1, 4, 6000, 500000, 128", "8, 1, 64, 131072, 5000000, 128", "2, 1, 2, 8192, 500000, 64",
        "100, 3, 5, 32768, 1000000, 512"})
    void findsParametersThatGiveTheDivisors(float factor, float low, float high, int original, double theta,
            int headSize) {
        float[] divisors = published(factor, low, high, original, theta, headSize);

        RopeScaling found = new Llama3Fit(divisors, theta).find();

        assertThat(found).isInstanceOf(RopeScaling.Llama3.class);
        RopeScaling.Llama3 llama3 = (RopeScaling.Llama3) found;
        assertThat(llama3.factor()).isEqualTo(factor);
        // Not always the same numbers: low, high and original may be scaled alike.
        float[] again = published((float) llama3.factor(), (float) llama3.lowFreqFactor(),
                (float) llama3.highFreqFactor(), llama3.originalMaxPositions(), theta, headSize);
        for (int i = 0; i < divisors.length; i++) {
            assertThat(Math.abs(again[i] - divisors[i]) / divisors[i]).as("divisor %d", i).isLessThan(2e-5f);
        }
    }

    @ParameterizedTest
    @CsvSource({"8, 500000, 128", "32, 500000, 64", "32, 500000, 128"})
    void theModelsThatAreOutThereGetTheirOwnNumbers(float factor, double theta, int headSize) {
        assertThat(new Llama3Fit(published(factor, 1, 4, 8_192, theta, headSize), theta).find())
                .isEqualTo(new RopeScaling.Llama3(factor, 1, 4, 8_192));
    }

    @Test
    void noScalingIsNone() {
        float[] ones = new float[64];
        Arrays.fill(ones, 1);
        assertThat(new Llama3Fit(ones, 500_000).find()).isEqualTo(new RopeScaling.None());
    }

    @Test
    void whatNoParametersGiveIsNotFoundAndTakesNoMemory() {
        float[] divisors = published(8, 1, 4, 8_192, 500_000, 128);
        int middle = 0;
        while (divisors[middle] < 2) {
            middle++;
        }
        float[] dented = divisors.clone();
        dented[middle] *= 1.01f;
        float[] ramp = new float[64]; // as YaRN has it, linear in the index
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = 1 + 7f * i / (ramp.length - 1);
        }
        float[] falling = divisors.clone();
        falling[63] = 1;
        for (float[] none : new float[][]{dented, ramp, falling}) {
            RopeScaling[] found = new RopeScaling[1];
            assertThat(Allocation.of(() -> found[0] = new Llama3Fit(none, 500_000).find())).isLessThan(1 << 20);
            assertThat(found[0]).isNull();
        }
        // The base belongs to it.
        assertThat(new Llama3Fit(divisors, 10_000).find()).isNull();
    }

    private static float[] published(float factor, float low, float high, int original, double theta, int headSize) {
        float[] divisors = new float[headSize / 2];
        float lowWavelength = original / low;
        float highWavelength = original / high;
        for (int i = 0; i < divisors.length; i++) {
            float frequency = (float) (1 / Math.pow(theta, 2f * i / headSize));
            float wavelength = (float) (2 * Math.PI / frequency);
            if (wavelength < highWavelength) {
                divisors[i] = 1;
            } else if (wavelength > lowWavelength) {
                divisors[i] = factor;
            } else {
                float smooth = (original / wavelength - low) / (high - low);
                divisors[i] = 1 / ((1 - smooth) / factor + smooth);
            }
        }
        return divisors;
    }
}
