package io.github.jlamadsla.memory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.jlamadsla.kernel.KvLayout;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.kernel.Visible;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WindowedStateTest {
    private static final int HEAD_SIZE = 16;
    private static final int KV_HEADS = 2;

    /** Key or value of a position: of its own, and exact in F16. */
    private static float[] row(int head, int position, int sign) {
        float[] x = new float[HEAD_SIZE];
        for (int i = 0; i < HEAD_SIZE; i++) {
            x[i] = sign * (1 + (position * 16 + i + 7 * head) % 2_039);
        }
        return x;
    }

    private static void write(WindowPages pages, int head, int from, int to) {
        for (int j = from; j < to; j++) {
            KvRows.write(pages, head, j, 1, Rows.of(row(head, j, 1), HEAD_SIZE), Rows.of(row(head, j, -1), HEAD_SIZE));
        }
    }

    private static void assertHolds(WindowPages pages, int head, int j) {
        float[] k = new float[HEAD_SIZE];
        float[] v = new float[HEAD_SIZE];
        KvRows.read(pages, head, j, 1, Rows.of(k, HEAD_SIZE), Rows.of(v, HEAD_SIZE));
        assertThat(k).as("key of %d", j).isEqualTo(row(head, j, 1));
        assertThat(v).as("value of %d", j).isEqualTo(row(head, j, -1));
    }

    /** Steps of several lengths: before each, what is kept comes back at its place; the scratch forgets in between. */
    @ParameterizedTest
    @CsvSource({"1,0,F16", "1,3,F32", "5,2,F16", "63,0,F32", "64,4,F16", "65,64,F16", "130,64,F32"})
    void sinksAndTheNewestComeBackBitByBit(int window, int sinks, KvPrecision precision) {
        KvLayout layout = new KvLayout(KV_HEADS, HEAD_SIZE, precision);
        MemoryBudget budget = MemoryBudget.unlimited();
        Visible visible = new Visible(window, sinks);
        try (WindowedState state = new WindowedState(layout, visible, KV_HEADS, budget);
                WindowPages pages = new WindowPages()) {
            long bytes = DualState.bytes(KV_HEADS, HEAD_SIZE)
                    + 2L * KV_HEADS * HEAD_SIZE * (window + sinks) * precision.bytes();
            assertThat(WindowedState.bytes(layout, visible, KV_HEADS)).isEqualTo(bytes).isEqualTo(state.bytes())
                    .isEqualTo(budget.used());
            int position = 0;
            for (int step : new int[]{1, 1, 3, 60, 1, 64, 2, 130, 1, 1, 400, 7}) {
                pages.cover(layout, Math.max(0, position - window), position + step);
                for (int page = 0; page <= (position + step - 1) / 64; page++) {
                    if (page == 0 || page >= Math.max(0, position - window) / 64) {
                        pages.page(page).fill((byte) -1); // NaN
                    }
                }
                for (int h = 0; h < KV_HEADS; h++) {
                    state.load(h, position, pages);
                    for (int j = 0; j < position; j++) {
                        if (j < sinks || j >= position - window) {
                            assertHolds(pages, h, j);
                        }
                    }
                    write(pages, h, position, position + step);
                    state.store(h, position, position + step, pages);
                }
                position += step;
            }
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    void theScratchTakesAnotherLayoutAndGrowsToTheLargestStep() {
        KvLayout small = new KvLayout(1, 16, KvPrecision.F16);
        KvLayout large = new KvLayout(2, 32, KvPrecision.F32);
        try (WindowPages pages = new WindowPages()) {
            pages.cover(small, 0, 1);
            assertThat(pages.bytes()).isEqualTo(small.pageBytes());
            pages.cover(small, 1_000, 1_100); // page 0, and 15 to 17
            assertThat(pages.bytes()).isEqualTo(4 * small.pageBytes());
            assertThat(pages.page(17).byteSize()).isEqualTo(small.pageBytes());
            assertThat(pages.page(0)).isNotEqualTo(pages.page(15));
            pages.cover(small, 0, 64);
            assertThat(pages.bytes()).isEqualTo(4 * small.pageBytes());
            pages.cover(large, 70, 71);
            assertThat(pages.bytes()).isEqualTo(2 * large.pageBytes());
        }
    }

    @Test
    void whatDoesNotFitLeavesNothing() {
        KvLayout layout = new KvLayout(1, 16, KvPrecision.F16);
        Visible visible = new Visible(8, 2);
        long bytes = WindowedState.bytes(layout, visible, 1);
        MemoryBudget budget = new MemoryBudget(bytes - 1);
        assertThatThrownBy(() -> new WindowedState(layout, visible, 1, budget))
                .isInstanceOf(MemoryBudgetException.class).hasMessageContaining("an exact window needs 640 bytes");
        assertThat(budget.used()).isZero();
    }
}
