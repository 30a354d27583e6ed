package io.github.jlamadsla.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Chooses the register tile of a format by running each candidate for a moment (DESIGN section 5): which of them the
 * compiler keeps in registers differs between machines, the bits they give do not.
 */
final class TileChooser {

    private static final int DEPTH = 256;
    private static final int CALLS = 8;
    /** While it is interpreted a tile is thousands of times slower. */
    private static final int SHORT_DEPTH = 32;
    /** Multiply-adds per nanosecond that no interpreted tile reaches and every compiled one does. */
    private static final double COMPILED = 1;
    /** How many budgets to wait for the compiler at most. */
    private static final int LONGEST = 6;
    private static final int MOST_ROWS = 8;
    private static final int MOST_PANELS = 4;
    private static final long PANEL_BYTES = PanelWeights.panelBytes(WeightType.F32, DEPTH, PanelTiles.width());
    /** A candidate must be this much faster than one before it in the list. */
    private static final double MARGIN = 1.02;

    private final LongSupplier nanoTime;
    private final long budgetNanos;

    /**
     * @param nanoTime clock
     * @param budgetNanos time for one format; more only if the compiler is late
     */
    TileChooser(LongSupplier nanoTime, long budgetNanos) {
        this.nanoTime = nanoTime;
        this.budgetNanos = budgetNanos;
    }

    /** What is worth trying with vectors of so many bits, the safest first. */
    static List<PanelTiles> candidates(WeightType type, int bits) {
        boolean f32 = type != WeightType.BF16;
        if (bits == 256) {
            // 16 registers, or 32 on some machines.
            return f32
                    ? List.of(new F32TilesX2(5), new F32TilesX2(4), new F32TilesX2(6), new F32TilesX4(4))
                    : List.of(new Bf16TilesX2(4), new Bf16TilesX4(4));
        }
        return f32
                ? List.of(new F32TilesX4(4), new F32TilesX3(7), new F32TilesX2(6))
                : List.of(new Bf16TilesX4(4), new Bf16TilesX2(5));
    }

    /** The fastest of the candidates, one of the first among about equals. */
    PanelTiles choose(List<PanelTiles> candidates) {
        double[] rates = new double[candidates.size()];
        if (candidates.size() > 1) {
            measure(candidates, rates);
        }
        return candidates.get(fastest(rates));
    }

    /** The first unless another is clearly faster; also where a rate is not known. */
    static int fastest(double[] rates) {
        int best = 0;
        for (double rate : rates) {
            if (rate == 0) {
                return 0;
            }
        }
        for (int i = 1; i < rates.length; i++) {
            if (rates[i] > rates[best] * MARGIN) {
                best = i;
            }
        }
        return best;
    }

    /**
     * By turns, so that the rest run while one is being compiled; the best turn of each counts. Those not compiled in
     * time, as may happen where many programs compete for the processors, count as 0: not known.
     */
    private void measure(List<PanelTiles> candidates, double[] rates) {
        float[] a = new float[MOST_ROWS * DEPTH];
        Arrays.fill(a, 0.5f);
        float[] c = new float[MOST_ROWS * MOST_PANELS * PanelTiles.width()];
        MemorySegment w = Arena.ofAuto().allocate(MOST_PANELS * PANEL_BYTES, 64);
        long start = nanoTime.getAsLong();
        long elapsed;
        boolean compiled;
        do {
            compiled = true;
            for (int i = 0; i < rates.length; i++) {
                boolean known = rates[i] >= COMPILED;
                double rate = known
                        ? rate(candidates.get(i), CALLS, DEPTH, a, w, c)
                        : rate(candidates.get(i), 1, SHORT_DEPTH, a, w, c);
                rates[i] = rate < COMPILED ? rates[i] : Math.max(rates[i], rate);
                compiled &= known;
            }
            elapsed = nanoTime.getAsLong() - start;
        } while (elapsed < budgetNanos || !compiled && elapsed < LONGEST * budgetNanos);
    }

    /** Multiply-adds per nanosecond. */
    private double rate(PanelTiles tiles, int calls, int depth, float[] a, MemorySegment w, float[] c) {
        int rows = tiles.maxRows();
        long start = nanoTime.getAsLong();
        for (int i = 0; i < calls; i++) {
            tiles.tile(rows, a, 0, DEPTH, w, 0, PANEL_BYTES, depth, c, 0, tiles.panels() * PanelTiles.width());
        }
        return (double) calls * depth * rows * tiles.panels() * PanelTiles.width()
                / Math.max(1, nanoTime.getAsLong() - start);
    }
}
