package io.github.jlamadsla.kernel;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TileChooserTest {

    @Test
    void theFirstIsKeptUnlessAnotherIsClearlyFaster() {
        assertThat(TileChooser.fastest(new double[]{50, 50.9, 30})).isZero();
        assertThat(TileChooser.fastest(new double[]{50, 52, 30})).isEqualTo(1);
        assertThat(TileChooser.fastest(new double[]{50, 52, 60})).isEqualTo(2);
        assertThat(TileChooser.fastest(new double[]{50, 60, 60})).isEqualTo(1);
    }

    @Test
    void theFirstIsKeptWhereARateIsNotKnown() {
        assertThat(TileChooser.fastest(new double[]{0, 52, 60})).isZero();
        assertThat(TileChooser.fastest(new double[]{50, 0, 60})).isZero();
    }

    @Test
    void choosesByTheClockWithinItsBudget() {
        List<PanelTiles> candidates = List.of(new F32TilesX2(2), new F32TilesX2(6), new F32TilesX2(3));
        // A clock that moves by the same step whatever is run: the tile with most sums in it looks fastest.
        AtomicLong now = new AtomicLong();
        assertThat(new TileChooser(() -> now.getAndAdd(20), 5_000).choose(candidates)).isSameAs(candidates.get(1));
        assertThat(now.get()).isBetween(5_000L, 5_500L);
    }

    @Test
    void aCompilerThatNeverComesIsNotWaitedForForever() {
        List<PanelTiles> candidates = List.of(new F32TilesX2(2), new F32TilesX2(6));
        AtomicLong now = new AtomicLong();
        assertThat(new TileChooser(() -> now.getAndAdd(1_000_000), 10_000_000).choose(candidates))
                .isSameAs(candidates.get(0));
        assertThat(now.get()).isLessThan(100_000_000L);
    }

    @Test
    void aSingleCandidateIsNotMeasured() {
        PanelTiles only = new Bf16TilesX2(4);
        assertThat(new TileChooser(() -> {
            throw new AssertionError("clock read");
        }, 1).choose(List.of(only))).isSameAs(only);
    }

    @Test
    void thereAreCandidatesForEveryWidthAndType() {
        for (WeightType type : WeightType.values()) {
            WeightType packed = type == WeightType.BF16 ? type : WeightType.F32;
            for (int bits : new int[]{128, 256, 512}) {
                assertThat(TileChooser.candidates(type, bits)).isNotEmpty().allMatch(t -> t.type() == packed);
            }
        }
    }
}
