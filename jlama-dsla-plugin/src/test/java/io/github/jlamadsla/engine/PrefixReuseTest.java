package io.github.jlamadsla.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.jlamadsla.memory.LevelHistory;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.PrefixCache;
import io.github.jlamadsla.memory.SequenceMemory;
import io.github.jlamadsla.memory.TokenChain;
import io.github.jlamadsla.testing.TestRig;

import static io.github.jlamadsla.engine.PrefixModels.TOP;
import static io.github.jlamadsla.engine.PrefixServer.STOP;
import static io.github.jlamadsla.engine.PrefixServer.inMemory;
import static io.github.jlamadsla.engine.PrefixServer.join;
import static io.github.jlamadsla.engine.PrefixServer.pinned;
import static io.github.jlamadsla.engine.PrefixServer.request;
import static io.github.jlamadsla.engine.PrefixServer.tokens;
import static org.assertj.core.api.Assertions.assertThat;

/** A cached prefix saves reading and changes nothing: each answer is the one given alone at its level history. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PrefixReuseTest {
    @TempDir
    private static Path directory;
    private static PrefixModels models;

    @BeforeAll
    static void load() {
        models = new PrefixModels(directory);
    }

    @AfterAll
    static void close() {
        models.close();
    }

    static Stream<Arguments> formsAndLevels() {
        return Stream.of("plain", "windowed", "released")
                .flatMap(form -> IntStream.rangeClosed(0, TOP).mapToObj(level -> Arguments.of(form, level)));
    }

    @ParameterizedTest
    @MethodSource("formsAndLevels")
    void statesAndLogitsGoOnBitForBit(String form, int level) {
        TestRig rig = models.form(form);
        int[] tokens = new Random(level).ints(420, 0, 256).toArray();
        LevelHistory history = LevelHistory.at(level);
        MemoryBudget budget = MemoryBudget.unlimited();
        try (PrefixCache cache = new PrefixCache(budget, 1, "m");
                SequenceMemory whole = rig.model.newSequence(level, budget)) {
            TokenChain chain = cache.chain("");
            try (SequenceMemory first = rig.model.newSequence(level, budget)) {
                rig.logits(first, tokens, 0, 300, 77);
                cache.keepBlocks(chain, tokens, first, history, 0);
                cache.keepSnapshot(chain, tokens, first, history);
            }
            rig.logits(whole, tokens, 0, 300, 300);
            float[] expected = rig.logits(whole, tokens, 300, 120, 120);
            for (int i = 0; i < 2; i++) {
                try (SequenceMemory second = cache.open(cache.find(chain, tokens, 419, history::equals, level))) {
                    int position = second.position();
                    assertThat(position).isEqualTo(level == 0 ? 256 : 300);
                    float[] logits = rig.logits(second, tokens, position, 420 - position, 50);
                    int from = (300 - position) * rig.model.config().vocabularySize();
                    assertThat(Arrays.copyOfRange(logits, from, logits.length)).isEqualTo(expected);
                    for (int n = 0; n < level; n++) {
                        int layer = rig.model.order().layers().get(n);
                        assertThat(TestRig.states(second, layer)).isEqualTo(TestRig.states(whole, layer));
                    }
                }
            }
        }
        assertThat(budget.used()).isZero();
    }

    @ParameterizedTest
    @MethodSource("formsAndLevels")
    void aChatReadsNoMoreThanABlockAndWhatIsNew(String form, int level) {
        try (PrefixServer server = models.server(models.form(form))) {
            List<Integer> prompt = tokens(level, 300);
            GenerationResult result = server.ask(pinned(prompt, 30, level));
            assertThat(result.cachedTokens()).isZero();
            for (int turn = 1; turn <= 3; turn++) {
                int before = inMemory(result);
                prompt = join(prompt, result.tokens(), List.of(STOP), tokens(100 * turn, 20));
                result = server.ask(pinned(prompt, 30, level));
                assertThat(result.cachedTokens()).isEqualTo(level == 0 ? before / 64 * 64 : before);
                assertThat(result.levels()).containsExactly(new LevelChange(0, level));
                assertThat(result.peakMemoryBytes()).isEqualTo(server.rig().model.sequenceBytes(inMemory(result),
                        level));
            }
            assertThat(server.cache().counts().hits()).isEqualTo(3);
            assertThat(server.cache().counts().misses()).isEqualTo(1);
        }
    }

    @Test
    void anAnswerThatComesBackWithOtherTokensIsReadAgain() {
        for (int level : new int[]{0, 2}) {
            try (PrefixServer server = models.server(models.windowed)) {
                List<Integer> prompt = tokens(7, 300);
                GenerationResult first = server.ask(pinned(prompt, 100, level));
                List<Integer> other = new ArrayList<>(first.tokens());
                other.set(0, (other.get(0) + 1) % 256);
                GenerationResult second = server.ask(pinned(join(prompt, other, tokens(8, 10)), 20, level));
                assertThat(second.cachedTokens()).isEqualTo(level == 0 ? 256 : 300);
            }
        }
    }

    @Test
    void aboveLevel0AnotherEndOfAChatGoesOnFromItsLastCommonMessage() {
        try (PrefixServer server = models.server(models.plain)) {
            List<Integer> chat = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                chat.addAll(join(tokens(i, 40), List.of(STOP)));
            }
            server.ask(pinned(join(chat, tokens(20, 30)), 5, 2));
            GenerationResult other = server.ask(pinned(join(chat, tokens(21, 30)), 5, 2));
            assertThat(other.cachedTokens()).isEqualTo(6 * 41);
            List<Integer> fifth = chat.subList(0, 5 * 41);
            assertThat(server.ask(pinned(join(fifth, tokens(22, 30)), 5, 2)).cachedTokens()).isEqualTo(5 * 41);
            List<Integer> longPrompt = tokens(30, 700);
            server.ask(pinned(longPrompt, 5, 2));
            assertThat(server.ask(pinned(join(longPrompt.subList(0, 650), tokens(31, 9)), 5, 2)).cachedTokens())
                    .isEqualTo(512);
        }
    }

    @Test
    void theWholePromptAgainStillRunsItsLastToken() {
        try (PrefixServer server = models.server(models.plain)) {
            List<Integer> prompt = tokens(1, 128);
            GenerationResult first = server.ask(pinned(prompt, 5, 0));
            GenerationResult again = server.ask(pinned(prompt, 5, 0));
            assertThat(again.cachedTokens()).isEqualTo(64);
            assertThat(again.tokens()).isEqualTo(first.tokens());
            assertThat(server.ask(pinned(tokens(1, 64), 5, 0)).cachedTokens()).isZero();
        }
    }

    @Test
    void manyGoOnFromOnePrefixAtOnce() {
        for (int level : new int[]{0, 2}) {
            try (PrefixServer server = models.server(models.plain)) {
                List<Integer> prefix = join(tokens(1, 250), List.of(STOP));
                server.ask(pinned(prefix, 1, level));
                List<GenerationRequest> requests = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    requests.add(pinned(join(prefix, tokens(10 + i, 20)), 40, level).build());
                }
                for (GenerationResult result : server.askTogether(requests)) {
                    assertThat(result.cachedTokens()).isEqualTo(level == 0 ? 192 : 251);
                }
                assertThat(server.cache().counts().hits()).isEqualTo(8);
            }
        }
    }

    @Test
    void theViewSaysWhatOnlyTheCacheHoldsAndListenersHearCachedTokensAsRead() {
        AtomicLong most = new AtomicLong();
        UnaryOperator<StepScheduler> scheduler = inner -> view -> {
            if (view.sequences().stream().noneMatch(s -> s.state().begun())) {
                assertThat(view.memory().prefixes()).isEqualTo(view.memory().used());
                most.accumulateAndGet(view.memory().prefixes(), Math::max);
            }
            return inner.schedule(view);
        };
        try (PrefixServer server = models.server(models.plain, _ -> 0, scheduler)) {
            server.ask(request(tokens(1, 300), 5));
            List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
            server.engine().submit(request(tokens(1, 300), 5).build(), new GenerationListener() {
                @Override
                public void onPrefill(int done, int total) {
                    heard.add(done);
                }
            }).await();
            assertThat(heard).containsExactly(300);
            assertThat(most).hasValue(models.plain.model.sequenceBytes(256, 0));
        }
    }

    @Test
    void aCancelledRequestLeavesWhatItHasRead() {
        try (PrefixServer server = models.server(models.plain)) {
            List<Integer> prompt = tokens(1, 200);
            GenerationHandle[] handle = new GenerationHandle[1];
            synchronized (handle) {
                handle[0] = server.engine().submit(pinned(prompt, 1_500, 2).build(), new GenerationListener() {
                    @Override
                    public void onToken(int token, String text) {
                        synchronized (handle) {
                            handle[0].cancel();
                        }
                    }
                });
            }
            GenerationResult cancelled = handle[0].await();
            List<Integer> next = join(prompt, cancelled.tokens(), tokens(2, 5));
            assertThat(cancelled.finishReason()).isEqualTo(FinishReason.CANCELLED);
            assertThat(server.ask(pinned(next, 5, 2)).cachedTokens()).isEqualTo(inMemory(cancelled));
        }
    }

    /** At the top all layers have states, so room for two sequences is room for one and one snapshot. */
    @Test
    void aPrefixThatDoesNotFitBesideItsCopyGivesWayAndIsReadAgain() {
        MemoryBudget budget = new MemoryBudget(2 * models.windowed.model.sequenceBytes(1, TOP));
        try (PrefixServer server = models.server(models.windowed, budget, 1, _ -> 0, UnaryOperator.identity())) {
            List<Integer> prompt = tokens(1, 90);
            server.ask(pinned(prompt, 1, TOP));
            List<Integer> longer = join(prompt, tokens(2, 20));
            assertThat(server.ask(pinned(longer, 1, TOP)).cachedTokens()).isEqualTo(90);
            List<Integer> more = join(longer, tokens(3, 20));
            assertThat(server.askTogether(List.of(pinned(tokens(4, 90), 50, TOP).build(),
                    pinned(more, 10, TOP).build()))).allMatch(result -> result.cachedTokens() == 0);
        }
    }

    /** Room for two requests at a time: what earlier ones left gives way, and nobody fails. */
    @Test
    void underPressurePrefixesGiveWay() {
        long limit = 2 * models.plain.model.sequenceBytes(330, 0);
        MemoryBudget budget = new MemoryBudget(limit);
        UnaryOperator<StepScheduler> scheduler = inner -> view -> {
            assertThat(view.memory().used()).isLessThanOrEqualTo(limit);
            assertThat(view.memory().prefixes()).isBetween(0L, view.memory().used());
            return inner.schedule(view);
        };
        try (PrefixServer server = models.server(models.plain, budget, 0.5, length -> length < 320 ? 0 : 2,
                scheduler)) {
            List<GenerationRequest> requests = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                List<Integer> prompt = join(tokens(i / 8, 200), tokens(i, 90));
                requests.add((i % 3 == 0 ? pinned(prompt, 30, i % 4) : request(prompt, 40)).build());
            }
            server.askTogether(requests);
            PrefixCache.Counts counts = server.cache().counts();
            assertThat(counts.hits()).isPositive();
            assertThat(counts.hits() + counts.misses()).isEqualTo(40);
            assertThat(counts.evictions()).isPositive();
            assertThat(counts.bytes()).isLessThanOrEqualTo(limit / 2);
        }
    }
}
