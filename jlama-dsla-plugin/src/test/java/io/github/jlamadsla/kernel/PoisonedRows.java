package io.github.jlamadsla.kernel;

import java.util.Arrays;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

/** Rows with NaN before, between and behind them, so that a kernel that reads or writes outside of a row shows. */
final class PoisonedRows {

    private static final int BEFORE = 3;
    private static final int GAP = 5;
    private static final int CANARY = Float.floatToRawIntBits(Float.NaN);

    private PoisonedRows() {}

    /** Rows that hold nothing but NaN. */
    static Rows empty(int rows, int n) {
        float[] data = new float[BEFORE + rows * (n + GAP) + 16];
        Arrays.fill(data, Float.NaN);
        return new Rows(data, BEFORE, n + GAP);
    }

    static Rows gaussian(Random random, int rows, int n) {
        Rows x = empty(rows, n);
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < n; i++) {
                x.data()[x.at(r) + i] = (float) random.nextGaussian();
            }
        }
        return x;
    }

    static Rows copy(Rows x) {
        return new Rows(x.data().clone(), x.offset(), x.stride());
    }

    /** The rows without what lies between them. */
    static float[] values(Rows x, int rows, int n) {
        float[] all = new float[rows * n];
        for (int r = 0; r < rows; r++) {
            System.arraycopy(x.data(), x.at(r), all, r * n, n);
        }
        return all;
    }

    /** Fails if anything was written outside of the rows. */
    static void assertGapsUntouched(Rows x, int rows, int n) {
        for (int i = 0; i < x.data().length; i++) {
            int inRow = Math.floorMod(i - x.offset(), x.stride());
            boolean inside = i >= x.offset() && i < x.at(rows) && inRow < n;
            if (!inside) {
                assertThat(Float.floatToRawIntBits(x.data()[i])).as("element %d, outside of the rows", i)
                        .isEqualTo(CANARY);
            }
        }
    }

    /** Root mean square of the difference over that of the expected values; NaN if anything is NaN. */
    static double relativeError(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        double difference = 0;
        double size = 0;
        for (int i = 0; i < actual.length; i++) {
            difference += Math.pow((double) actual[i] - expected[i], 2);
            size += Math.pow(expected[i], 2);
        }
        return size == 0 ? Math.sqrt(difference) : Math.sqrt(difference / size);
    }
}
