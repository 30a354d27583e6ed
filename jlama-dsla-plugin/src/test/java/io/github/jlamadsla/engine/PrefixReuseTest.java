package io.github.jlamadsla.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.memory.LevelHistory;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.PrefixCache;
import io.github.jlamadsla.memory.SequenceMemory;
import io.github.jlamadsla.memory.TokenChain;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;

/** A cached prefix saves reading and changes nothing: each answer is the one given alone at its level history. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PrefixReuseTest {
    private static final int TOP = 3;
    private static final int STOP = 258;
    private static final FirstCome FIRST_COME = FirstCome.of(new QueueLimits(64, 1 << 20)).tokenBudget(100)
            .stopTokens(Set.of(STOP));

    @TempDir
    private static Path directory;
    private static TestRig plain;
    private static TestRig windowed;
    private static TestRig released;
    private static TextCodec codec;

    @BeforeAll
    static void load() {
        plain = load("plain", TestModels.llama().layers(4).folding(2, 0, 3));
        windowed = load("windowed", TestModels.llama().layers(3).folding(2, 0, 1).window(40, 3));
        released = load("released", TestModels.llama().layers(4).released(2, 0, 3));
        codec = TextCodec.open(directory.resolve("plain").resolve("tokenizer.json"));
    }

    private static TestRig load(String name, TestModels model) {
        return new TestRig(model.write(directory.resolve(name)), "dsla", KvPrecision.F16, TestKernels.vector(), 1);
    }

    @AfterAll
    static void close() {
        codec.close();
        Stream.of(plain, windowed, released).forEach(TestRig::close);
    }

    static Stream<Arguments> formsAndLevels() {
        return Stream.of("plain", "windowed", "released")
                .flatMap(form -> Stream.of(0, 1, 2, TOP).map(level -> Arguments.of(form, level)));
    }

    private static TestRig rig(String form) {
        return switch (form) {
            case "plain" -> plain;
            case "windowed" -> windowed;
            default -> released;
        };
    }

    /** An engine with a cache. */
    private record Server(TestRig rig, MemoryBudget budget, PrefixCache cache, Engine engine) implements AutoCloseable {

        static Server of(TestRig rig, MemoryBudget budget, LevelRule rule, UnaryOperator<StepScheduler> around) {
            PrefixCache cache = new PrefixCache(budget, 0.5, "test");
            FirstCome firstCome = FIRST_COME.rule(rule);
            return new Server(rig, budget, cache, new Engine(rig.model, new StepRunner(rig.model, rig.workspace),
                    budget, codec::decoder,
                    firstCome.options(rig.model, budget, around.apply(firstCome.scheduler()), cache)));
        }

        static Server of(TestRig rig) {
            return of(rig, MemoryBudget.unlimited(), _ -> 0, UnaryOperator.identity());
        }

        /** Its answer, which is the one that is given alone. */
        GenerationResult ask(GenerationRequest.Builder builder) {
            GenerationRequest request = builder.build();
            GenerationResult result = engine.submit(request, GenerationListener.NONE).await();
            check(request, result);
            return result;
        }

        /** All at once; in the order given. */
        List<GenerationResult> askTogether(List<GenerationRequest> requests) {
            List<GenerationHandle> handles = requests.stream()
                    .map(r -> engine.submit(r, GenerationListener.NONE)).toList();
            List<GenerationResult> results = handles.stream().map(GenerationHandle::await).toList();
            // Only now: the engine uses the same workers.
            for (int i = 0; i < results.size(); i++) {
                check(requests.get(i), results.get(i));
            }
            return results;
        }

        private void check(GenerationRequest request, GenerationResult result) {
            int count = result.tokens().size();
            int stop = result.finishReason() == FinishReason.STOP ? 1 : 0;
            List<Integer> expected = new Alone(rig).answer(request.promptTokens(), result.levels(), count + stop);
            assertThat(result.tokens()).isEqualTo(expected.subList(0, count));
            assertThat(expected.subList(count, count + stop)).allMatch(token -> token == STOP);
        }

        @Override
        public void close() {
            engine.close();
            assertThat(budget.used()).isZero();
            assertThat(cache.counts().entries()).isZero();
        }
    }

    private static List<Integer> tokens(int seed, int count) {
        return new Random(seed).ints(count, 0, 256).boxed().toList();
    }

    @SafeVarargs
    private static List<Integer> join(List<Integer>... parts) {
        return Arrays.stream(parts).flatMap(List::stream).toList();
    }

    private static GenerationRequest.Builder request(List<Integer> prompt, int output) {
        return GenerationRequest.builder().promptTokens(prompt).maxOutputTokens(output);
    }

    private static GenerationRequest.Builder pinned(List<Integer> prompt, int output, int level) {
        return request(prompt, output).level(level);
    }

    /** Tokens in memory when an answer has ended: its last token was not run, but for an end token. */
    private static int inMemory(GenerationResult result) {
        return result.promptTokens() + result.tokens().size() - (result.finishReason() == FinishReason.STOP ? 0 : 1);
    }

    private static UnaryOperator<StepScheduler> highest(int level) {
        return inner -> view -> new StepPlan(inner.schedule(view).entries().stream()
                .map(e -> new StepPlan.Entry(e.sequence(), e.level(), Math.max(level, e.level()), e.tokens()))
                .toList());
    }

    @ParameterizedTest
    @MethodSource("formsAndLevels")
    void statesAndLogitsGoOnBitForBit(String form, int level) {
        TestRig rig = rig(form);
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
        try (Server server = Server.of(rig(form))) {
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
            try (Server server = Server.of(windowed)) {
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
        try (Server server = Server.of(plain)) {
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
        try (Server server = Server.of(plain)) {
            List<Integer> prompt = tokens(1, 128);
            GenerationResult first = server.ask(pinned(prompt, 5, 0));
            GenerationResult again = server.ask(pinned(prompt, 5, 0));
            assertThat(again.cachedTokens()).isEqualTo(64);
            assertThat(again.tokens()).isEqualTo(first.tokens());
            assertThat(server.ask(pinned(tokens(1, 64), 5, 0)).cachedTokens()).isZero();
        }
    }

    @Test
    void onlyTheSameScopeAndForAPinTheSameLevelHit() {
        try (Server server = Server.of(plain, MemoryBudget.unlimited(), _ -> 0, highest(TOP))) {
            List<Integer> prompt = tokens(1, 300);
            server.ask(pinned(prompt, 5, 0).scope("a"));
            assertThat(server.ask(pinned(prompt, 5, 0).scope("b")).cachedTokens()).isZero();
            assertThat(server.ask(pinned(prompt, 5, 0)).cachedTokens()).isZero();
            assertThat(server.ask(pinned(prompt, 5, 0).scope("a")).cachedTokens()).isEqualTo(256);
            assertThat(server.ask(pinned(prompt, 5, 2).scope("a")).cachedTokens()).isZero();
            assertThat(server.ask(request(prompt, 5).scope("c")).cachedTokens()).isZero();
        }
    }

    @Test
    void whatWasReadAtALowerLevelIsFolded() {
        for (TestRig rig : List.of(plain, windowed)) {
            try (Server server = Server.of(rig, MemoryBudget.unlimited(), _ -> 2, UnaryOperator.identity())) {
                List<Integer> prompt = tokens(1, 300);
                server.ask(pinned(prompt, 5, 0));
                GenerationResult folded = server.ask(request(join(prompt, tokens(2, 300)), 20));
                assertThat(folded.cachedTokens()).isEqualTo(256);
                assertThat(folded.levels()).containsExactly(new LevelChange(0, 0), new LevelChange(356, 2));
                List<Integer> next = join(prompt, tokens(2, 300), folded.tokens(), tokens(3, 10));
                GenerationResult again = server.ask(request(next, 20));
                assertThat(again.cachedTokens()).isEqualTo(inMemory(folded));
                assertThat(again.levels()).isEqualTo(folded.levels());
                assertThat(server.ask(pinned(next, 5, 2)).cachedTokens()).isZero();
            }
        }
    }

    @Test
    void theReleasedFormTakesNoLowerLevelForItCouldNotFold() {
        try (Server server = Server.of(released, MemoryBudget.unlimited(), _ -> 2, UnaryOperator.identity())) {
            List<Integer> prompt = tokens(1, 300);
            server.ask(pinned(prompt, 5, 0));
            GenerationResult result = server.ask(request(prompt, 5));
            assertThat(result.cachedTokens()).isZero();
            assertThat(result.levels()).containsExactly(new LevelChange(0, 2));
        }
    }

    @Test
    void aHigherLevelIsTakenUpToTheHighestAllowed() {
        for (int allowed = 1; allowed <= TOP; allowed++) {
            try (Server server = Server.of(plain, MemoryBudget.unlimited(), _ -> 1, highest(allowed))) {
                List<Integer> prompt = tokens(1, 300);
                server.ask(pinned(prompt, 5, 2));
                GenerationResult result = server.ask(request(join(prompt, tokens(2, 50)), 20));
                assertThat(result.cachedTokens()).isEqualTo(allowed < 2 ? 0 : 300);
                assertThat(result.levels()).containsExactly(new LevelChange(0, allowed < 2 ? 1 : 2));
            }
        }
    }

    @Test
    void ofEquallyLongOnesThePlannedLevelIsTaken() {
        try (Server server = Server.of(plain, MemoryBudget.unlimited(), _ -> 1, highest(TOP))) {
            List<Integer> prompt = tokens(1, 300);
            for (int level : new int[]{2, 1, 3}) {
                server.ask(pinned(prompt, 1, level));
            }
            GenerationResult result = server.ask(request(join(prompt, tokens(2, 50)), 20));
            assertThat(result.cachedTokens()).isEqualTo(300);
            assertThat(result.levels()).containsExactly(new LevelChange(0, 1));
        }
    }

    @Test
    void manyGoOnFromOnePrefixAtOnce() {
        for (int level : new int[]{0, 2}) {
            try (Server server = Server.of(plain)) {
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
        try (Server server = Server.of(plain, MemoryBudget.unlimited(), _ -> 0, scheduler)) {
            server.ask(request(tokens(1, 300), 5));
            List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
            server.engine().submit(request(tokens(1, 300), 5).build(), new GenerationListener() {
                @Override
                public void onPrefill(int done, int total) {
                    heard.add(done);
                }
            }).await();
            assertThat(heard).containsExactly(300);
            assertThat(most).hasValue(plain.model.sequenceBytes(256, 0));
        }
    }

    @Test
    void aCancelledRequestLeavesWhatItHasRead() {
        try (Server server = Server.of(plain)) {
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
        MemoryBudget budget = new MemoryBudget(2 * windowed.model.sequenceBytes(1, TOP));
        PrefixCache cache = new PrefixCache(budget, 1, "test");
        try (Server server = new Server(windowed, budget, cache, new Engine(windowed.model,
                new StepRunner(windowed.model, windowed.workspace), budget, codec::decoder,
                FIRST_COME.options(windowed.model, budget, FIRST_COME.scheduler(), cache)))) {
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
        long limit = 2 * plain.model.sequenceBytes(330, 0);
        MemoryBudget budget = new MemoryBudget(limit);
        UnaryOperator<StepScheduler> scheduler = inner -> view -> {
            assertThat(view.memory().used()).isLessThanOrEqualTo(limit);
            assertThat(view.memory().prefixes()).isBetween(0L, view.memory().used());
            return inner.schedule(view);
        };
        try (Server server = Server.of(plain, budget, length -> length < 320 ? 0 : 2, scheduler)) {
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
