package io.github.jlamadsla.memory;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.jlamadsla.kernel.KvLayout;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.Rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MemoryTest {

    @Test
    void aBudgetCountsAndRefuses() {
        MemoryBudget budget = new MemoryBudget(100);
        budget.reserve(60, "a page");
        assertThatThrownBy(() -> budget.reserve(41, "a page")).isInstanceOf(MemoryBudgetException.class)
                .hasMessage("a page needs 41 bytes, 60 of 100 are in use; allowed: at most 40");
        assertThat(budget.used()).isEqualTo(60);
        budget.reserve(40, "a page");
        budget.release(100);
        assertThat(budget.used()).isZero();
        assertThatThrownBy(() -> budget.reserve(Long.MAX_VALUE, "everything"))
                .isInstanceOf(MemoryBudgetException.class);
        assertThatThrownBy(() -> new MemoryBudget(0)).hasMessageContaining("allowed: 1 byte or more");
    }

    @Test
    void aBlockIsZeroedAlignedCountedAndDeadAfterClose() {
        MemoryBudget budget = MemoryBudget.unlimited();
        NativeBlock block = new NativeBlock(budget, 1_000, "a block");
        assertThat(block.segment().address() % NativeBlock.ALIGNMENT).isZero();
        assertThat(block.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
        assertThat(budget.used()).isEqualTo(1_000);
        block.close();
        block.close();
        assertThat(budget.used()).isZero();
        assertThatThrownBy(() -> block.segment().get(ValueLayout.JAVA_BYTE, 0))
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @EnumSource(KvPrecision.class)
    void keysAndValuesComeBackAsStored(KvPrecision precision) {
        KvLayout layout = new KvLayout(2, 16, precision);
        MemoryBudget budget = MemoryBudget.unlimited();
        try (PagedKeyValues pages = new PagedKeyValues(layout, budget)) {
            pages.reserve(130);
            assertThat(pages.bytes()).isEqualTo(3 * layout.pageBytes()).isEqualTo(PagedKeyValues.bytes(layout, 130))
                    .isEqualTo(budget.used());
            float[] k = new float[70 * 16];
            float[] v = new float[70 * 16];
            for (int i = 0; i < k.length; i++) {
                k[i] = (float) Math.sin(i);
                v[i] = (float) Math.cos(i);
            }
            KvRows.write(pages, 1, 60, 70, Rows.of(k, 16), Rows.of(v, 16));
            float[] backK = new float[k.length];
            float[] backV = new float[v.length];
            KvRows.read(pages, 1, 60, 70, Rows.of(backK, 16), Rows.of(backV, 16));
            assertThat(backK).isEqualTo(rounded(k, precision));
            assertThat(backV).isEqualTo(rounded(v, precision));
        }
        assertThat(budget.used()).isZero();
    }

    private static float[] rounded(float[] values, KvPrecision precision) {
        float[] out = values.clone();
        for (int i = 0; precision == KvPrecision.F16 && i < out.length; i++) {
            out[i] = Float.float16ToFloat(Float.floatToFloat16(out[i]));
        }
        return out;
    }

    @Test
    void pagesThatDoNotFitLeaveWhatWasThere() {
        KvLayout layout = new KvLayout(1, 16, KvPrecision.F16);
        MemoryBudget budget = new MemoryBudget(2 * layout.pageBytes());
        try (PagedKeyValues pages = new PagedKeyValues(layout, budget)) {
            pages.reserve(64);
            assertThatThrownBy(() -> pages.reserve(200)).isInstanceOf(MemoryBudgetException.class);
            float[] row = new float[16];
            Arrays.fill(row, 2);
            KvRows.write(pages, 0, 3, 1, Rows.of(row, 16), Rows.of(row, 16));
            float[] back = new float[16];
            KvRows.read(pages, 0, 3, 1, Rows.of(new float[16], 16), Rows.of(back, 16));
            assertThat(back).isEqualTo(row);
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    void aSequenceFreesEverythingOnceAndIsThenDead() {
        MemoryBudget budget = MemoryBudget.unlimited();
        PagedKeyValues pages = new PagedKeyValues(new KvLayout(1, 16, KvPrecision.F32), budget);
        SequenceMemory memory = new SequenceMemory(List.of(pages, new DualState(1, 16, budget)), 1);
        memory.reserve(65);
        assertThat(memory.bytes()).isEqualTo(2 * 64 * 2 * 16 * 4 + 2 * 16 * 16 * 4).isEqualTo(budget.used());
        memory.replace(0, new DualState(1, 16, budget));
        assertThat(memory.bytes()).isEqualTo(2 * 2 * 16 * 16 * 4).isEqualTo(budget.used());
        memory.close();
        memory.close();
        assertThat(budget.used()).isZero();
        assertThat(memory.bytes()).isZero();
        assertThatThrownBy(() -> memory.layer(0)).hasMessageContaining("the sequence has ended");
    }

    @Test
    void anArenaCountsWhatItHolds() {
        MemoryBudget budget = new MemoryBudget(1_000);
        try (NativeArena arena = new NativeArena(budget, "weights")) {
            arena.allocate(600, 64);
            assertThatThrownBy(() -> arena.allocate(600, 64)).isInstanceOf(MemoryBudgetException.class)
                    .hasMessageContaining("weights needs 600 bytes");
            assertThat(budget.used()).isEqualTo(600);
        }
        assertThat(budget.used()).isZero();
    }
}
