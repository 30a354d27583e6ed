package io.github.jlamadsla.kernel;

/**
 * Some rows and some k of a product, panel after panel.
 *
 * @param tiles for batches
 * @param a the rows, from {@code k} on
 * @param k the first k, even
 * @param depth how many k
 * @param c sums so far, continued
 */
record Block(PanelTiles tiles, Rows a, int rows, PanelWeights w, int k, int depth, Rows c) {

    /**
     * @param together panels at once: those of a tile, or, for few rows, of a strip
     */
    void run(int firstPanel, int lastPanel, int together) {
        int p = firstPanel;
        for (; p + together <= lastPanel; p += together) {
            if (together == tiles.panels()) {
                tiles(p);
            } else {
                FewRows.strip(w.type(), rows, a.data(), a.offset(), a.stride(), w.data(), w.at(p, k), w.panelBytes(),
                        depth, c.data(), c.offset() + p * w.width(), c.stride());
            }
            last(p, together);
        }
        for (; p < lastPanel; p++) {
            FewRows.onePanel(w.type(), rows, a.data(), a.offset(), a.stride(), w.data(), w.at(p, k), depth, c.data(),
                    c.offset() + p * w.width(), c.stride());
            last(p, 1);
        }
    }

    /** Rows in tiles of sizes that differ by one at most, so that none is left with a row or two. */
    private void tiles(int panel) {
        int count = Math.ceilDiv(rows, tiles.maxRows());
        int size = rows / count;
        int larger = rows % count;
        long w0 = w.at(panel, k);
        int column = panel * w.width();
        int row = 0;
        for (int t = 0; t < count; t++) {
            int n = t < larger ? size + 1 : size;
            tiles.tile(n, a.data(), a.at(row), a.stride(), w.data(), w0, w.panelBytes(), depth, c.data(),
                    c.at(row) + column, c.stride());
            row += n;
        }
    }

    private void last(int panel, int panels) {
        if (w.type() == WeightType.BF16 && (depth & 1) != 0) {
            Bf16OnePanel.last(rows, panels, a.data(), a.offset() + depth - 1, a.stride(), w.data(),
                    w.at(panel, k + depth - 1), w.panelBytes(), c.data(), c.offset() + panel * w.width(), c.stride());
        }
    }
}
