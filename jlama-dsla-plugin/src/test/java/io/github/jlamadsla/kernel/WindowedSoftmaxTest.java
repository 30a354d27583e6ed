package io.github.jlamadsla.kernel;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.jlamadsla.kernel.PoisonedRows.assertGapsUntouched;
import static io.github.jlamadsla.kernel.PoisonedRows.relativeError;
import static io.github.jlamadsla.kernel.PoisonedRows.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Windows and sinks: both forms of the kernel against a double loop over tokens and keys. */
class WindowedSoftmaxTest {
    private static final int[] WINDOWS = {1, 2, 63, 64, 65, 200};
    private static final int[] SINKS = {0, 1, 4, 64};
    private static final int KV_HEAD = 1;
    private static final int POSITIONS = 340;

    private final Random random = new Random(17);
    private final TiledSoftmax scalar = new ScalarTiledSoftmax();
    private final TiledSoftmax vector = new VectorTiledSoftmax();

    static Stream<Arguments> shapes() {
        return Arrays.stream(WINDOWS).boxed()
                .flatMap(window -> Arrays.stream(SINKS).mapToObj(sinks -> Arguments.of(window, sinks)));
    }

    /** Pages, and what is in them. */
    private final class Cache {
        private final PagesInArena pages;
        private final double[][] keys = new double[POSITIONS][];
        private final double[][] values = new double[POSITIONS][];

        Cache(int headSize, Arena arena) {
            pages = new PagesInArena(new KvLayout(2, headSize, KvPrecision.F32), POSITIONS, arena);
            for (int p = 0; p < POSITIONS; p++) {
                float[] k = values(PoisonedRows.gaussian(random, 1, headSize), 1, headSize);
                float[] v = values(PoisonedRows.gaussian(random, 1, headSize), 1, headSize);
                pages.write(p, KV_HEAD, k, v, 0);
                keys[p] = doubles(k);
                values[p] = doubles(v);
            }
        }

        private static double[] doubles(float[] x) {
            double[] out = new double[x.length];
            Arrays.setAll(out, i -> x[i]);
            return out;
        }
    }

    private static float[] naive(Cache cache, float[] q, int position, int window, int sinks) {
        int d = q.length;
        double[] out = new double[d];
        double sum = 0;
        for (int j = 0; j <= position; j++) {
            if (j > position - window || j < sinks) {
                double score = 0;
                for (int i = 0; i < d; i++) {
                    score += q[i] * cache.keys[j][i];
                }
                double weight = Math.exp(score / Math.sqrt(d));
                sum += weight;
                for (int i = 0; i < d; i++) {
                    out[i] += weight * cache.values[j][i];
                }
            }
        }
        float[] result = new float[d];
        for (int i = 0; i < d; i++) {
            result[i] = (float) (out[i] / sum);
        }
        return result;
    }

    private void check(Cache cache, int first, int tokens, int group, Visible visible) {
        int d = cache.pages.layout().headSize();
        int n = group * d;
        Rows q = PoisonedRows.gaussian(random, tokens, n);
        float[] expected = new float[tokens * n];
        for (int r = 0; r < tokens * group; r++) {
            int at = q.at(r / group) + r % group * d;
            System.arraycopy(naive(cache, Arrays.copyOfRange(q.data(), at, at + d), first + r / group,
                    visible.window(), visible.sinks()), 0, expected, r * d, d);
        }
        for (TiledSoftmax form : new TiledSoftmax[]{scalar, vector}) {
            TiledSoftmax.Scratch used = form.newScratch();
            PagesInArena poison = new PagesInArena(cache.pages.layout(), 65, Arena.ofAuto());
            form.attend(PoisonedRows.empty(65, n), 65, group, 1, 0, Visible.ALL, poison, KV_HEAD,
                    PoisonedRows.empty(65, n), used);
            Rows actual = PoisonedRows.empty(tokens, n);
            form.attend(q, tokens, group, (float) (1 / Math.sqrt(d)), first, visible, cache.pages, KV_HEAD, actual,
                    used);
            assertThat(relativeError(values(actual, tokens, n), expected))
                    .as("%s, %d tokens from %d, group %d, %s", form.getClass().getSimpleName(), tokens, first, group,
                            visible)
                    .isLessThan(1e-6);
            assertGapsUntouched(actual, tokens, n);
        }
    }

    /** Prompts shorter than window and sinks, as long, one longer; the border in the middle; decode across it. */
    @ParameterizedTest
    @MethodSource("shapes")
    void equalsADoubleLoop(int window, int sinks) {
        Visible visible = new Visible(window, sinks);
        int[] sizes = {32, 64, 96, 128};
        try (Arena arena = Arena.ofConfined()) {
            for (int s = 0; s < sizes.length; s++) {
                Cache cache = new Cache(sizes[s], arena);
                int group = 1 + s % 3;
                for (int length : new int[]{window - 1, window, window + 1, window + sinks, window + sinks + 1}) {
                    if (length > 0) {
                        check(cache, 0, length, group, visible);
                    }
                }
                if (s == 0) {
                    check(cache, 0, POSITIONS, group, visible);
                }
                for (int position = window + sinks - 2; position < window + sinks + 3; position++) {
                    check(cache, Math.max(0, position), 1, group, visible);
                }
                check(cache, 230, 40, group, visible);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void chunksDoNotShow(int window, int sinks) {
        int n = 3 * 32;
        Visible visible = new Visible(window, sinks);
        try (Arena arena = Arena.ofConfined()) {
            Cache cache = new Cache(32, arena);
            Rows q = PoisonedRows.gaussian(random, POSITIONS, n);
            Rows whole = PoisonedRows.empty(POSITIONS, n);
            vector.attend(q, POSITIONS, 3, 0.2f, 0, visible, cache.pages, KV_HEAD, whole, vector.newScratch());
            TiledSoftmax.Scratch used = vector.newScratch();
            for (int chunk : new int[]{1, 7, 64, 512}) {
                Rows out = PoisonedRows.empty(POSITIONS, n);
                for (int t = 0; t < POSITIONS; t += chunk) {
                    vector.attend(q.from(t), Math.min(chunk, POSITIONS - t), 3, 0.2f, t, visible, cache.pages, KV_HEAD,
                            out.from(t), used);
                }
                assertThat(values(out, POSITIONS, n)).as("chunks of %d", chunk).isEqualTo(values(whole, POSITIONS, n));
            }
        }
    }

    /** What lies between sinks and window is NaN, as it is where its page was never written. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 64})
    void whatLiesBetweenCannotReachARow(int sinks) {
        int d = 32;
        int first = 190;
        int tokens = 30;
        Visible visible = new Visible(65, sinks);
        float[] poison = new float[d];
        Arrays.fill(poison, Float.NaN);
        try (Arena arena = Arena.ofConfined()) {
            Cache cache = new Cache(d, arena);
            Rows q = PoisonedRows.gaussian(random, tokens, d);
            Rows clean = PoisonedRows.empty(tokens, d);
            vector.attend(q, tokens, 1, 0.2f, first, visible, cache.pages, KV_HEAD, clean, vector.newScratch());
            for (int p = 0; p < POSITIONS; p++) {
                if (p >= sinks && p <= first - 65 || p >= first + tokens) {
                    cache.pages.write(p, KV_HEAD, poison, poison, 0);
                }
            }
            Rows out = PoisonedRows.empty(tokens, d);
            vector.attend(q, tokens, 1, 0.2f, first, visible, cache.pages, KV_HEAD, out, vector.newScratch());
            assertThat(values(out, tokens, d)).doesNotContain(Float.NaN).isEqualTo(values(clean, tokens, d));
        }
    }

    @Test
    void impossibleOnesAreRefused() {
        assertThatThrownBy(() -> new Visible(0, 0)).hasMessage("window is 0; allowed: 1 or more");
        assertThatThrownBy(() -> new Visible(1, 65)).hasMessage("sinks is 65; allowed: 0 to 64");
        assertThatThrownBy(() -> new Visible(1, -1)).hasMessageContaining("sinks is -1");
    }
}
