package io.github.jlamadsla.kernel;

import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.jlamadsla.kernel.PoisonedRows.values;
import static org.assertj.core.api.Assertions.assertThat;

class AttentionTilesTest {

    private static final int C_AT = 32;

    private final Random random = new Random(11);

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 48, 64})
    void everyTileIsOneChainOfMultiplyAdds(int columns) {
        for (int rows = 1; rows <= 9; rows++) {
            for (int depth : new int[]{0, 1, 64}) {
                for (boolean wide : new boolean[]{false, true}) {
                    check(rows, columns, depth, wide, true);
                    check(rows, columns, depth, wide, false);
                }
            }
        }
    }

    private void check(int rows, int columns, int depth, boolean wide, boolean add) {
        float[] a = gaussian(rows * 64);
        float[] b = gaussian(64 * AttentionTiles.STRIDE);
        float[] factors = add ? gaussian(rows) : null;
        float[] c = gaussian(C_AT + rows * 100);
        if (!add) {
            Arrays.fill(c, Float.NaN);
        }
        float[] expected = c.clone();
        for (int r = 0; r < rows; r++) {
            for (int n = 0; n < columns; n++) {
                int at = C_AT + r * 100 + n;
                expected[at] = add ? c[at] * factors[r] : 0;
                for (int k = 0; k < depth; k++) {
                    expected[at] = Math.fma(a[r * 64 + k], b[k * AttentionTiles.STRIDE + n], expected[at]);
                }
            }
        }
        AttentionTiles.Product p = new AttentionTiles.Product(a, 64, b, 0, c, C_AT, 100, factors);
        AttentionTiles.multiply(p, 0, rows, columns, 0, depth, wide);
        assertThat(c).as("%d rows, %d columns, k to %d, wide %s", rows, columns, depth, wide).isEqualTo(expected);
    }

    private float[] gaussian(int n) {
        return values(PoisonedRows.gaussian(random, 1, n), 1, n);
    }
}
