package io.github.jlamadsla.kernel;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.jlamadsla.kernel.PoisonedRows.assertGapsUntouched;
import static io.github.jlamadsla.kernel.PoisonedRows.relativeError;
import static io.github.jlamadsla.kernel.PoisonedRows.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TiledSoftmaxTest {

    private static final int[] TOKEN_COUNTS = {1, 3, 15, 16, 17, 63, 64, 65, 200};
    private static final Visible FULL = Visible.ALL;
    private static final int KV_HEADS = 2;
    private static final int KV_HEAD = 1;

    private final Random random = new Random(5);
    private final TiledSoftmax scalar = new ScalarTiledSoftmax();
    private final TiledSoftmax vector = new VectorTiledSoftmax();

    private PagesInArena pages(int headSize, KvPrecision precision, int positions, Arena arena) {
        PagesInArena pages = new PagesInArena(new KvLayout(KV_HEADS, headSize, precision), positions, arena);
        for (int p = 0; p < positions; p++) {
            write(pages, p);
        }
        return pages;
    }

    private void write(PagesInArena pages, int position) {
        int n = pages.layout().headSize();
        float[] k = values(PoisonedRows.gaussian(random, 1, n), 1, n);
        float[] v = values(PoisonedRows.gaussian(random, 1, n), 1, n);
        pages.write(position, KV_HEAD, k, v, 0);
    }

    private static float scale(int headSize) {
        return (float) (1 / Math.sqrt(headSize));
    }

    private void compare(PagesInArena pages, int first, int tokens, int group, Visible visible, double tolerance) {
        int headSize = pages.layout().headSize();
        int n = group * headSize;
        Rows q = PoisonedRows.gaussian(random, tokens, n);
        Rows expected = PoisonedRows.empty(tokens, n);
        Rows actual = PoisonedRows.empty(tokens, n);
        scalar.attend(q, tokens, group, scale(headSize), first, visible, pages, KV_HEAD, expected, scalar.newScratch());
        vector.attend(q, tokens, group, scale(headSize), first, visible, pages, KV_HEAD, actual, vector.newScratch());
        assertThat(relativeError(values(actual, tokens, n), values(expected, tokens, n)))
                .as("%d tokens from %d, group %d, %s, %s", tokens, first, group, visible, pages.layout())
                .isLessThan(tolerance);
        assertGapsUntouched(actual, tokens, n);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 48, 64, 96, 128})
    void vectorEqualsScalar(int headSize) {
        try (Arena arena = Arena.ofConfined()) {
            for (int i = 0; i < TOKEN_COUNTS.length; i++) {
                int tokens = TOKEN_COUNTS[i];
                int group = 1 + i % 4;
                KvPrecision precision = KvPrecision.values()[i % 2];
                // Slots behind the last position stay NaN.
                compare(pages(headSize, precision, tokens, arena), 0, tokens, group, FULL, 1e-6);
                compare(pages(headSize, precision, 100 + tokens, arena), 100, tokens, 1 + (i + 1) % 4, FULL, 1e-6);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 40})
    void vectorEqualsScalarForEveryGroup(int group) {
        try (Arena arena = Arena.ofConfined()) {
            PagesInArena pages = pages(64, KvPrecision.F16, 200, arena);
            for (int tokens : TOKEN_COUNTS) {
                compare(pages, 200 - tokens, tokens, group, FULL, 1e-6);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1,2147483647,0", "2,2147483647,0", "3,2147483647,0", "4,70,0", "2,1,0", "1,200,0", "3,64,4", "2,1,64",
        "1,65,1", "2,200,64"})
    void chunksDoNotShow(int group, int window, int sinks) {
        Visible visible = new Visible(window, sinks);
        int tokens = 530;
        int headSize = 64;
        int n = group * headSize;
        try (Arena arena = Arena.ofConfined()) {
            PagesInArena pages = pages(headSize, KvPrecision.F16, tokens, arena);
            Rows q = PoisonedRows.gaussian(random, tokens, n);
            Rows whole = PoisonedRows.empty(tokens, n);
            attend(pages, q, 0, tokens, group, visible, whole, vector.newScratch());
            TiledSoftmax.Scratch used = vector.newScratch();
            for (int chunk : new int[]{1, 7, 64, 512}) {
                Rows out = PoisonedRows.empty(tokens, n);
                for (int t = 0; t < tokens; t += chunk) {
                    attend(pages, q, t, Math.min(chunk, tokens - t), group, visible, out, used);
                }
                assertThat(values(out, tokens, n)).as("chunks of %d", chunk).isEqualTo(values(whole, tokens, n));
            }
        }
    }

    private void attend(PagesInArena pages, Rows q, int first, int tokens, int group, Visible visible, Rows out,
            TiledSoftmax.Scratch scratch) {
        vector.attend(q.from(first), tokens, group, scale(pages.layout().headSize()), first, visible, pages, KV_HEAD,
                out.from(first), scratch);
    }

    /** The keys of later tokens of the same call, and those that left the window, are NaN or infinite. */
    @ParameterizedTest
    @EnumSource
    void whatARowDoesNotSeeCannotReachIt(KvPrecision precision) {
        int n = 64;
        int row = 20;
        int first = 100;
        int window = 50;
        int sinks = 7;
        Visible visible = new Visible(window, sinks);
        float[][] poison = new float[2][n];
        Arrays.fill(poison[0], Float.NaN);
        Arrays.fill(poison[1], Float.POSITIVE_INFINITY);
        try (Arena arena = Arena.ofConfined()) {
            PagesInArena pages = pages(n, precision, 192, arena);
            Rows q = PoisonedRows.gaussian(random, 40, n);
            Rows clean = PoisonedRows.empty(40, n);
            vector.attend(q, 40, 1, scale(n), first, visible, pages, KV_HEAD, clean, vector.newScratch());
            for (int p = 0; p < 192; p++) {
                if (p > first + row || p >= sinks && p <= first + row - window) {
                    pages.write(p, KV_HEAD, poison[p % 2], poison[p % 2], 0);
                }
            }
            Rows out = PoisonedRows.empty(40, n);
            vector.attend(q, 40, 1, scale(n), first, visible, pages, KV_HEAD, out, vector.newScratch());
            assertThat(values(out.from(row), 1, n)).isEqualTo(values(clean.from(row), 1, n));
        }
    }

    /** Both rows are in one block; the second sees nothing of the first tile. */
    @Test
    void aFirstTileThatIsWhollyMaskedChangesNothing() {
        int n = 32;
        Visible one = new Visible(1, 0);
        try (Arena arena = Arena.ofConfined()) {
            PagesInArena pages = pages(n, KvPrecision.F32, 80, arena);
            Rows q = PoisonedRows.gaussian(random, 3, n);
            Rows together = PoisonedRows.empty(3, n);
            vector.attend(q, 3, 1, scale(n), 63, one, pages, KV_HEAD, together, vector.newScratch());
            Rows alone = PoisonedRows.empty(3, n);
            for (int t = 0; t < 3; t++) {
                vector.attend(q.from(t), 1, 1, scale(n), 63 + t, one, pages, KV_HEAD, alone.from(t),
                        vector.newScratch());
            }
            assertThat(values(together, 3, n)).doesNotContain(Float.NaN).isEqualTo(values(alone, 3, n));
            compare(pages, 63, 3, 1, one, 1e-6);
        }
    }

    @Test
    void largeScoresDoNotOverflow() {
        int n = 32;
        try (Arena arena = Arena.ofConfined()) {
            PagesInArena pages = pages(n, KvPrecision.F32, 150, arena);
            Rows q = PoisonedRows.gaussian(random, 150, n);
            Rows expected = PoisonedRows.empty(150, n);
            Rows actual = PoisonedRows.empty(150, n);
            scalar.attend(q, 150, 1, 30, 0, FULL, pages, KV_HEAD, expected, scalar.newScratch());
            vector.attend(q, 150, 1, 30, 0, FULL, pages, KV_HEAD, actual, vector.newScratch());
            // Scores of some hundreds keep an absolute error of 1e-5 or so, which is the relative error of weights.
            assertThat(relativeError(values(actual, 150, n), values(expected, 150, n))).isLessThan(1e-5);
        }
    }

    @Test
    void oneScratchServesGrowingAndShrinkingShapes() {
        try (Arena arena = Arena.ofConfined()) {
            TiledSoftmax.Scratch used = vector.newScratch();
            for (int headSize : new int[]{32, 128, 64, 16}) {
                PagesInArena pages = pages(headSize, KvPrecision.F16, 90, arena);
                Rows q = PoisonedRows.gaussian(random, 30, 2 * headSize);
                Rows fresh = PoisonedRows.empty(30, 2 * headSize);
                Rows reused = PoisonedRows.empty(30, 2 * headSize);
                vector.attend(q, 30, 2, 0.1f, 60, FULL, pages, KV_HEAD, fresh, vector.newScratch());
                vector.attend(q, 30, 2, 0.1f, 60, FULL, pages, KV_HEAD, reused, used);
                assertThat(values(reused, 30, 2 * headSize)).isEqualTo(values(fresh, 30, 2 * headSize));
            }
        }
    }

    /** What a call leaves behind is used by no later one: nothing hides a NaN, as 0 x finite would hide leftovers. */
    @ParameterizedTest
    @CsvSource({"64,30,2", "64,1,3", "32,65,1", "128,17,4"})
    void aScratchFullOfNaNDoesNotShow(int headSize, int tokens, int group) {
        int n = group * headSize;
        try (Arena arena = Arena.ofConfined()) {
            PagesInArena pages = pages(headSize, KvPrecision.F16, 90 + tokens, arena);
            PagesInArena poison = new PagesInArena(pages.layout(), 256 + 65, arena);
            Rows q = PoisonedRows.gaussian(random, tokens, n);
            for (TiledSoftmax form : new TiledSoftmax[]{scalar, vector}) {
                TiledSoftmax.Scratch used = form.newScratch();
                Rows ruined = PoisonedRows.empty(65, n);
                form.attend(PoisonedRows.empty(65, n), 65, group, 0.1f, 256, FULL, poison, KV_HEAD, ruined, used);
                assertThat(values(ruined, 65, n)).containsOnly(Float.NaN);
                Rows reused = PoisonedRows.empty(tokens, n);
                Rows fresh = PoisonedRows.empty(tokens, n);
                form.attend(q, tokens, group, 0.1f, 90, FULL, pages, KV_HEAD, reused, used);
                form.attend(q, tokens, group, 0.1f, 90, FULL, pages, KV_HEAD, fresh, form.newScratch());
                assertThat(values(reused, tokens, n)).doesNotContain(Float.NaN).isEqualTo(values(fresh, tokens, n));
            }
        }
    }

    @Test
    void impossibleHeadSizesAreRefused() {
        try (Arena arena = Arena.ofConfined()) {
            PagesInArena pages = new PagesInArena(new KvLayout(1, 24, KvPrecision.F32), 1, arena);
            Rows rows = PoisonedRows.empty(1, 24);
            for (TiledSoftmax form : new TiledSoftmax[]{scalar, vector}) {
                assertThatThrownBy(() -> form.attend(rows, 1, 1, 1, 0, FULL, pages, 0, rows, form.newScratch()))
                        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("headSize is 24");
            }
        }
    }
}
