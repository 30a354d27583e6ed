package io.github.jlamadsla.kernel;

import java.lang.foreign.SegmentAllocator;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Products on the Vector API: panels of weights, register tiles (DESIGN section 5), blocks of rows whose inputs stay in
 * the second-level cache while the panels pass by.
 */
final class VectorMatMul implements MatMul {

    /** K of a block: shorter ones lose more on the sums' way to memory than they gain on a panel that stays in L1. */
    private static final int BLOCK_DEPTH = 1024;

    private final PanelTiles f32;
    private final PanelTiles bf16;
    private final int blockFloats;

    /**
     * @param f32 tiles for F32 (and widened F16) weights
     * @param bf16 tiles for BF16 weights
     * @param l2Bytes second-level cache of a core
     */
    VectorMatMul(PanelTiles f32, PanelTiles bf16, int l2Bytes) {
        if (f32.type() != WeightType.F32 || bf16.type() != WeightType.BF16) {
            throw new IllegalArgumentException("tiles for " + f32.type() + " and " + bf16.type());
        }
        this.f32 = f32;
        this.bf16 = bf16;
        // The other half of the cache is for the panel that passes and for the sums.
        this.blockFloats = l2Bytes / 2 / Float.BYTES;
    }

    /** For the log: the register tile of each format. */
    String tiles() {
        return "F32 " + f32.shape() + ", BF16 " + bf16.shape();
    }

    @Override
    public PackedWeights pack(List<RawMatrix> matrices, SegmentAllocator allocator) {
        RawMatrices source = new RawMatrices(matrices);
        return PanelPacker.pack(source, PanelTiles.width(), allocator);
    }

    @Override
    public void multiply(Rows a, int rows, PackedWeights w, int firstPanel, int lastPanel, Rows c) {
        if (!(w instanceof PanelWeights weights)) {
            throw new IllegalArgumentException("weights packed by another form of the product: " + w.getClass());
        }
        Objects.checkFromToIndex(firstPanel, lastPanel, weights.panels());
        checkRows("a", a, rows, weights.columns());
        checkRows("c", c, rows, weights.rows());
        if (rows == 0) {
            return;
        }
        int full = Math.clamp(weights.fullPanels(), firstPanel, lastPanel);
        if (firstPanel < full) {
            blocks(a, rows, weights, firstPanel, full, c);
        }
        if (full < lastPanel) {
            padded(a, rows, weights, full, c);
        }
    }

    private static void checkRows(String name, Rows x, int rows, int length) {
        if (rows < 0 || rows > 0 && (x.offset() < 0 || x.stride() < 0
                || x.offset() + (rows - 1L) * x.stride() + length > x.data().length)) {
            throw new IndexOutOfBoundsException(rows + " rows of " + length + " from " + x.offset() + " by "
                    + x.stride() + " are not within " + name + " of " + x.data().length);
        }
    }

    /** The last panel, whose padding must not reach {@code c}. */
    private void padded(Rows a, int rows, PanelWeights w, int panel, Rows c) {
        int width = w.width();
        int used = w.rows() - panel * width;
        float[] sums = new float[Math.min(rows, BLOCK_DEPTH) * width];
        for (int first = 0; first < rows; first += BLOCK_DEPTH) {
            int count = Math.min(BLOCK_DEPTH, rows - first);
            blocks(a.from(first), count, w, panel, panel + 1, new Rows(sums, -panel * width, width));
            for (int r = 0; r < count; r++) {
                System.arraycopy(sums, r * width, c.data(), c.at(first + r) + panel * width, used);
            }
        }
    }

    private void blocks(Rows a, int rows, PanelWeights w, int firstPanel, int lastPanel, Rows c) {
        PanelTiles tiles = w.type() == WeightType.BF16 ? bf16 : f32;
        if (rows <= tiles.maxRows()) {
            // Every weight is read once: long streams.
            zero(c, rows, firstPanel * w.width(), (lastPanel - firstPanel) * w.width());
            int strip = rows <= FewRows.STRIP_ROWS ? FewRows.stripPanels(w.type(), rows) : tiles.panels();
            new Block(tiles, a, rows, w, 0, w.columns(), c).run(firstPanel, lastPanel, strip);
            return;
        }
        int most = Math.max(1, blockFloats / Math.min(w.columns(), BLOCK_DEPTH) / tiles.maxRows()) * tiles.maxRows();
        int blocks = Math.ceilDiv(rows, most);
        for (int block = 0; block < blocks; block++) {
            int from = (int) ((long) rows * block / blocks);
            int to = (int) ((long) rows * (block + 1) / blocks);
            zero(c.from(from), to - from, firstPanel * w.width(), (lastPanel - firstPanel) * w.width());
            for (int k = 0; k < w.columns(); k += BLOCK_DEPTH) {
                int depth = Math.min(BLOCK_DEPTH, w.columns() - k);
                new Block(tiles, a.from(from).shift(k), to - from, w, k, depth, c.from(from)).run(firstPanel,
                        lastPanel, tiles.panels());
            }
        }
    }

    private static void zero(Rows c, int rows, int column, int count) {
        for (int r = 0; r < rows; r++) {
            int from = c.at(r) + column;
            Arrays.fill(c.data(), from, from + count, 0f);
        }
    }
}
