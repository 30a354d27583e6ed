package io.github.jlamadsla.memory;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.kernel.KvLayout;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.Visible;
import io.github.jlamadsla.testing.LogLines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Without a model: what a sequence "remembers" of a token is the token and its position. */
class PrefixCacheTest {
    private static final KvLayout LAYOUT = new KvLayout(1, 8, KvPrecision.F32);
    private static final long PAGE = LAYOUT.pageBytes();
    private static final long STATE = DualState.bytes(1, 8);
    private static final LevelHistory ZERO = LevelHistory.at(0);
    private static final LevelHistory ONE = LevelHistory.at(1);

    private static int[] tokens(int count, int seed) {
        int[] tokens = new int[count];
        Arrays.setAll(tokens, i -> seed + i % 50);
        return tokens;
    }

    /** Two layers: at level 0 both have pages, at level 1 the first has states. */
    private static SequenceMemory memory(MemoryBudget budget, int level) {
        return new SequenceMemory(List.of(
                level > 0 ? new DualState(1, 8, budget) : new PagedKeyValues(LAYOUT, budget),
                new PagedKeyValues(LAYOUT, budget)), level);
    }

    private static void read(SequenceMemory memory, int[] tokens, int to) {
        int from = memory.position();
        memory.reserve(to - from);
        for (int layer = 0; layer < memory.layers(); layer++) {
            for (int i = from; i < to; i++) {
                if (memory.layer(layer) instanceof PagedKeyValues pages) {
                    pages.page(i / 64).set(ValueLayout.JAVA_FLOAT, 4L * (i % 64), tokens[i] + 1_000 * layer);
                } else if (memory.layer(layer) instanceof DualState state) {
                    float old = state.segment().get(ValueLayout.JAVA_FLOAT, 0);
                    state.segment().set(ValueLayout.JAVA_FLOAT, 0, old * 0.5f + tokens[i]);
                }
            }
        }
        memory.advance(to - from);
    }

    private static List<Float> content(SequenceMemory memory) {
        List<Float> content = new ArrayList<>();
        for (int layer = 0; layer < memory.layers(); layer++) {
            if (memory.layer(layer) instanceof PagedKeyValues pages) {
                for (int i = 0; i < memory.position(); i++) {
                    content.add(pages.page(i / 64).get(ValueLayout.JAVA_FLOAT, 4L * (i % 64)));
                }
            } else {
                content.add(((DualState) memory.layer(layer)).segment().get(ValueLayout.JAVA_FLOAT, 0));
            }
        }
        return content;
    }

    /** Reads and leaves all its blocks, and at level 1 a snapshot of its end, behind. */
    private static void leave(PrefixCache cache, MemoryBudget budget, int level, String scope, int[] tokens) {
        try (SequenceMemory memory = memory(budget, level)) {
            TokenChain chain = cache.chain(scope);
            read(memory, tokens, tokens.length);
            cache.keepBlocks(chain, tokens, memory, LevelHistory.at(level), 0);
            cache.keepSnapshot(chain, tokens, memory, LevelHistory.at(level));
        }
    }

    private static Prefix find(PrefixCache cache, String scope, int[] tokens, int level) {
        return cache.find(cache.chain(scope), tokens, tokens.length - 1, LevelHistory.at(level)::equals, level);
    }

    private static List<Float> alone(int[] tokens, int to, int level) {
        try (SequenceMemory memory = memory(MemoryBudget.unlimited(), level)) {
            read(memory, tokens, to);
            return content(memory);
        }
    }

    @Test
    void atLevel0EveryBlockIsAPointAndTwoThatGoDifferentWaysDoNotMeet() {
        MemoryBudget budget = MemoryBudget.unlimited();
        int[] first = tokens(300, 1);
        int[] second = first.clone();
        second[200] = 999;
        try (PrefixCache cache = new PrefixCache(budget, 0.5, "m")) {
            leave(cache, budget, 0, "", first);
            assertThat(budget.used()).isEqualTo(4 * 2 * PAGE).isEqualTo(cache.heldAlone());
            assertThat(find(cache, "", first, 0).position()).isEqualTo(256);
            assertThat(find(cache, "", Arrays.copyOf(first, 256), 0).position()).isEqualTo(192);
            assertThat(find(cache, "", Arrays.copyOf(first, 64), 0)).isNull();
            Prefix common = find(cache, "", second, 0);
            assertThat(common.position()).isEqualTo(192);
            try (SequenceMemory a = cache.open(common);
                    SequenceMemory b = cache.open(find(cache, "", first, 0))) {
                assertThat(cache.heldAlone()).isZero();
                assertThat(a.layer(0).ownBytes()).isZero();
                assertThat(b.layer(0).ownBytes()).isEqualTo(PAGE);
                assertThat(a.peakBytes()).isEqualTo(6 * PAGE);
                read(a, second, 300);
                read(b, first, 300);
                assertThat(content(a)).isEqualTo(alone(second, 300, 0));
                assertThat(content(b)).isEqualTo(alone(first, 300, 0));
                assertThatThrownBy(() -> ((PagedKeyValues) a.layer(0)).page(2).fill((byte) 0))
                        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("read-only");
            }
            assertThat(cache.counts()).isEqualTo(new PrefixCache.Counts(2, 0, 192 + 256, 0, 8 * PAGE, 4));
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    void whatASequenceHoldsStaysWhenTheCacheLetsItGo() {
        MemoryBudget budget = MemoryBudget.unlimited();
        int[] tokens = tokens(130, 1);
        PrefixCache cache = new PrefixCache(budget, 1, "m");
        leave(cache, budget, 0, "", tokens);
        SequenceMemory memory = cache.open(find(cache, "", tokens, 0));
        cache.close();
        assertThat(content(memory)).isEqualTo(alone(tokens, 128, 0));
        assertThat(budget.used()).isEqualTo(4 * PAGE);
        memory.close();
        assertThat(budget.used()).isZero();
    }

    @Test
    void aboveLevel0APointIsASnapshotWithAllPagesBeforeIt() {
        MemoryBudget budget = MemoryBudget.unlimited();
        int[] tokens = tokens(200, 1);
        int[] longer = Arrays.copyOf(tokens, 240);
        try (PrefixCache cache = new PrefixCache(budget, 1, "m")) {
            leave(cache, budget, 1, "", tokens);
            assertThat(cache.heldAlone()).isEqualTo(3 * PAGE + STATE + PAGE).isEqualTo(cache.counts().bytes())
                    .isEqualTo(budget.used());
            assertThat(find(cache, "", longer, 0)).isNull();
            longer[199]++;
            assertThat(find(cache, "", longer, 1)).isNull();
            longer[199]--;
            Prefix prefix = find(cache, "", longer, 1);
            assertThat(prefix.position()).isEqualTo(200);
            try (SequenceMemory memory = cache.open(prefix)) {
                assertThat(memory.level()).isEqualTo(1);
                read(memory, longer, 240);
                assertThat(content(memory)).isEqualTo(alone(longer, 240, 1));
            }
            try (SequenceMemory untouched = cache.open(find(cache, "", longer, 1))) {
                assertThat(content(untouched)).isEqualTo(alone(longer, 200, 1));
            }
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    void aScopeAModelAndALevelHistoryHaveTheirOwn() {
        MemoryBudget budget = MemoryBudget.unlimited();
        int[] tokens = tokens(200, 1);
        int[] more = tokens(201, 1);
        try (PrefixCache cache = new PrefixCache(budget, 1, "m"); PrefixCache other = new PrefixCache(budget, 1, "n")) {
            leave(cache, budget, 0, "a", tokens);
            assertThat(find(cache, "b", more, 0)).isNull();
            assertThat(find(cache, "", more, 0)).isNull();
            assertThat(find(cache, "a", more, 1)).isNull();
            assertThat(cache.find(other.chain("a"), more, 200, _ -> true, 0)).isNull();
            leave(cache, budget, 1, "a", tokens);
            assertThat(find(cache, "a", more, 1).position()).isEqualTo(200);
            TokenChain chain = cache.chain("a");
            assertThat(cache.find(chain, more, 200, _ -> true, 0).history()).isEqualTo(ONE);
            assertThat(cache.find(chain, more, 199, _ -> true, 1).history()).isEqualTo(ZERO);
        }
    }

    @Test
    void aRaisedSequenceLeavesThePagesOfItsBeginningToAllAndItsEndToItsOwnHistory() {
        MemoryBudget budget = MemoryBudget.unlimited();
        int[] tokens = tokens(300, 1);
        try (PrefixCache cache = new PrefixCache(budget, 1, "m")) {
            TokenChain chain = cache.chain("");
            try (SequenceMemory memory = memory(budget, 0)) {
                read(memory, tokens, 150);
                cache.keepBlocks(chain, tokens, memory, ZERO, 0);
                DualState folded = new DualState(1, 8, budget);
                folded.segment().set(ValueLayout.JAVA_FLOAT, 0, 7);
                memory.replace(0, folded);
                memory.raised(1);
                LevelHistory raised = new LevelHistory(
                        List.of(new LevelHistory.Change(0, 0), new LevelHistory.Change(150, 1)));
                read(memory, tokens, 256);
                cache.keepBlocks(chain, tokens, memory, raised, 2);
                cache.keepSnapshot(chain, tokens, memory, raised);
                assertThat(cache.find(chain, tokens, 299, raised::equals, 1).position()).isEqualTo(256);
                assertThat(cache.find(chain, tokens, 299, ZERO::equals, 1).position()).isEqualTo(128);
                try (SequenceMemory again = cache.open(cache.find(chain, tokens, 299, _ -> true, 0))) {
                    assertThat(again.level()).isEqualTo(1);
                    assertThat(content(again)).isEqualTo(content(memory));
                }
            }
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    void aSnapshotOfWhichAPageIsMissingIsNoPoint() {
        MemoryBudget budget = MemoryBudget.unlimited();
        int[] tokens = tokens(150, 1);
        TokenChain chain = new TokenChain("m", "");
        PrefixBytes alone = new PrefixBytes();
        PrefixIndex index = new PrefixIndex();
        List<PrefixNode> blocks = new ArrayList<>();
        for (int i = 1; i <= 2; i++) {
            SharedPage[] pages = {null, new SharedPage(LAYOUT, budget)};
            blocks.add(new PrefixNode.Block(PrefixKey.block(chain.name(tokens, i), ONE), 64 * i, pages, alone));
        }
        LayerMemory[] copies = {new DualState(1, 8, budget), new PagedKeyValues(LAYOUT, budget)};
        index.add(new PrefixNode.Snapshot(PrefixKey.snapshot(chain.name(tokens, 2), tokens, 128, 140, ONE), 140,
                copies, alone));
        for (int missing = 0; missing < 2; missing++) {
            index.add(blocks.get(1 - missing));
            assertThat(points(index, chain, tokens, 150)).isEmpty();
            index.remove(blocks.get(1 - missing));
        }
        blocks.forEach(index::add);
        assertThat(points(index, chain, tokens, 150)).containsExactly(140);
        assertThat(points(index, chain, tokens, 139)).isEmpty();
    }

    private static List<Integer> points(PrefixIndex index, TokenChain chain, int[] tokens, int most) {
        List<Integer> positions = new ArrayList<>();
        index.points(chain, tokens, most, point -> positions.add(point.position()));
        return positions;
    }

    @Test
    void aPointWhosePagesBeforeAreNotKeptIsNotKept() {
        MemoryBudget budget = MemoryBudget.unlimited();
        int[] tokens = tokens(200, 1);
        try (PrefixCache cache = new PrefixCache(budget, 1, "m"); SequenceMemory memory = memory(budget, 1)) {
            read(memory, tokens, 192);
            cache.keepSnapshot(cache.chain(""), tokens, memory, ONE);
            cache.keepBlocks(cache.chain(""), tokens, memory, ONE, 1);
            assertThat(cache.counts().entries()).isZero();
        }
    }

    @Test
    void theOldestGivesWayEndFirstAndTheBudgetIsNeverExceeded() {
        MemoryBudget budget = new MemoryBudget(10 * PAGE);
        try (PrefixCache cache = new PrefixCache(budget, 1, "m")) {
            leave(cache, budget, 0, "", tokens(129, 1)); // 4 pages
            leave(cache, budget, 0, "", tokens(65, 2)); // 2 pages
            try (NativeBlock other = new NativeBlock(budget, 5 * PAGE, "another need")) {
                assertThat(other.bytes()).isEqualTo(5 * PAGE);
                assertThat(budget.used()).isEqualTo(9 * PAGE);
                assertThat(find(cache, "", tokens(129, 1), 0).position()).isEqualTo(64);
                assertThat(find(cache, "", tokens(65, 2), 0).position()).isEqualTo(64);
                assertThat(cache.counts().evictions()).isEqualTo(1);
                assertThatThrownBy(() -> new NativeBlock(budget, 6 * PAGE, "too much"))
                        .isInstanceOf(MemoryBudgetException.class);
                assertThat(cache.counts().entries()).isEqualTo(2); // not for nothing
            }
            try (SequenceMemory memory = cache.open(find(cache, "", tokens(129, 1), 0))) {
                assertThat(memory.position()).isEqualTo(64);
                try (NativeBlock all = new NativeBlock(budget, 8 * PAGE, "all but what is in use")) {
                    assertThat(all.bytes() + memory.bytes()).isEqualTo(budget.used());
                    assertThat(cache.counts().entries()).isEqualTo(1);
                }
            }
            cache.report();
        }
        assertThat(budget.used()).isZero();
    }

    /** What gave way to several needs of a step is one line; what the share displaces is no shortage. */
    @Test
    void whatGaveWayIsLoggedOnceAStepWithItsNumbers() {
        MemoryBudget budget = new MemoryBudget(20 * PAGE);
        try (LogLines log = LogLines.of(PrefixCache.class); PrefixCache cache = new PrefixCache(budget, 0.5, "m")) {
            leave(cache, budget, 0, "", tokens(129, 1)); // 4 pages
            leave(cache, budget, 0, "", tokens(193, 2)); // 6 pages
            leave(cache, budget, 0, "", tokens(65, 3)); // 2 pages
            cache.report();
            assertThat(cache.counts().evictions()).isOne();
            assertThat(log.all()).isEmpty();
            try (NativeBlock first = new NativeBlock(budget, 11 * PAGE, "one need");
                    NativeBlock second = new NativeBlock(budget, 3 * PAGE, "another need")) {
                assertThat(budget.used()).isEqualTo(6 * PAGE + first.bytes() + second.bytes());
                cache.report();
                cache.report();
            }
            assertThat(log.all()).containsExactly("INFO cached prefixes gave way: " + 4 * PAGE + " bytes in 2 entries,"
                    + " for one need and what followed in the step; " + 6 * PAGE + " bytes in 3 are left");
        }
    }

    @Test
    void theShareBoundsTheCacheAndALongBeginningKeepsItsFirstBlocks() {
        MemoryBudget budget = new MemoryBudget(100 * PAGE);
        try (PrefixCache cache = new PrefixCache(budget, 0.06, "m")) {
            leave(cache, budget, 0, "", tokens(400, 1));
            assertThat(cache.counts().bytes()).isEqualTo(6 * PAGE);
            assertThat(find(cache, "", tokens(400, 1), 0).position()).isEqualTo(192);
            leave(cache, budget, 0, "", tokens(70, 2));
            assertThat(find(cache, "", tokens(400, 1), 0).position()).isEqualTo(128);
            assertThat(find(cache, "", tokens(70, 2), 0).position()).isEqualTo(64);
        }
        for (double share : new double[]{0, -1, 1.01, Double.NaN}) {
            assertThatThrownBy(() -> new PrefixCache(budget, share, "m")).hasMessageContaining("allowed: above 0");
        }
    }

    @Test
    void twoThatReadTheSameAtOnceEndUpWithTheSamePages() {
        MemoryBudget budget = MemoryBudget.unlimited();
        int[] tokens = tokens(128, 1);
        try (PrefixCache cache = new PrefixCache(budget, 1, "m");
                SequenceMemory a = memory(budget, 0);
                SequenceMemory b = memory(budget, 0)) {
            for (SequenceMemory memory : List.of(a, b)) {
                read(memory, tokens, 128);
            }
            assertThat(budget.used()).isEqualTo(8 * PAGE);
            cache.keepBlocks(cache.chain(""), tokens, a, ZERO, 0);
            cache.keepBlocks(cache.chain(""), tokens, b, ZERO, 0);
            assertThat(budget.used()).isEqualTo(4 * PAGE);
            assertThat(content(b)).isEqualTo(content(a));
            assertThat(cache.counts().misses()).isZero();
            cache.missed();
            assertThat(cache.counts().misses()).isEqualTo(1);
        }
    }

    @Test
    void aKindOfLayerThatIsNotKnownIsNotKept() {
        LayerMemory unknown = new LayerMemory() {
            @Override
            public long bytes() {
                return 0;
            }

            @Override
            public void reserve(int tokens) {}

            @Override
            public void close() {}
        };
        MemoryBudget budget = MemoryBudget.unlimited();
        try (PrefixCache cache = new PrefixCache(budget, 1, "m");
                SequenceMemory memory = new SequenceMemory(List.of(new PagedKeyValues(LAYOUT, budget), unknown), 0)) {
            memory.reserve(128);
            memory.advance(128);
            cache.keepBlocks(cache.chain(""), tokens(128, 1), memory, ZERO, 0);
            cache.keepSnapshot(cache.chain(""), tokens(128, 1), memory, ZERO);
            assertThat(cache.counts().entries()).isZero();
        }
    }

    @Test
    void aCopyOfAWindowIsItsOwn() {
        MemoryBudget budget = MemoryBudget.unlimited();
        try (WindowedState state = new WindowedState(LAYOUT, new Visible(8, 2), 1, budget)) {
            state.kept().fill((byte) 3);
            state.states().segment().fill((byte) 4);
            try (WindowedState copy = state.copy(budget)) {
                state.kept().fill((byte) 5);
                state.states().segment().fill((byte) 6);
                assertThat(copy.kept().toArray(ValueLayout.JAVA_BYTE)).containsOnly((byte) 3);
                assertThat(copy.states().segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly((byte) 4);
                assertThat(budget.used()).isEqualTo(2 * state.bytes());
            }
            MemoryBudget tight = new MemoryBudget(state.bytes() - 1);
            assertThatThrownBy(() -> state.copy(tight)).isInstanceOf(MemoryBudgetException.class);
            assertThat(tight.used()).isZero();
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    void ofSeveralLevelsAtOnePositionTheLastCounts() {
        LevelHistory history = new LevelHistory(List.of(new LevelHistory.Change(0, 0), new LevelHistory.Change(0, 1),
                new LevelHistory.Change(70, 2), new LevelHistory.Change(70, 3)));
        assertThat(history.changes()).containsExactly(new LevelHistory.Change(0, 1), new LevelHistory.Change(70, 3));
        assertThat(history.before(70)).isEqualTo(ONE);
        assertThat(history.before(71)).isEqualTo(history);
        assertThatThrownBy(() -> new LevelHistory(List.of())).hasMessageContaining("a first one at position 0");
    }
}
