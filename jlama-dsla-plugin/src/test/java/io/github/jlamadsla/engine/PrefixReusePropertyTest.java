package io.github.jlamadsla.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;

import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.PrefixCache;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever is asked in whatever order, with however little memory: each answer is the one given alone at the level
 * history that the result names, and nobody fails.
 */
class PrefixReusePropertyTest {
    private static final int STOP = 258;
    private static final int LONGEST_COMMON = 280;
    private static final int LONGEST_OWN = 40;
    private static final int LONGEST_ANSWER = 30;
    private static final int TOP = 2;

    private static Path directory;
    private static List<TestRig> rigs;
    private static TextCodec codec;

    @BeforeContainer
    static void load() throws IOException {
        directory = Files.createTempDirectory("prefixes");
        rigs = List.of(load("plain", TestModels.llama().folding(2, 0)),
                load("windowed", TestModels.llama().folding(2, 0).window(20, 2)),
                load("released", TestModels.llama().released(2, 0)),
                load("all", TestModels.llama().layers(2).folding(1, 0)));
        codec = TextCodec.open(directory.resolve("plain").resolve("tokenizer.json"));
    }

    private static TestRig load(String name, TestModels model) {
        return new TestRig(model.write(directory.resolve(name)), "dsla", KvPrecision.F16, TestKernels.vector(), 1);
    }

    @AfterContainer
    static void close() throws IOException {
        codec.close();
        rigs.forEach(TestRig::close);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    /**
     * A request.
     *
     * @param common which common beginning
     * @param commonTokens how much of it
     * @param ownTokens after that
     * @param output most output tokens
     * @param level pinned, or -1
     * @param scope whose
     * @param follows whether it goes on from the answer before it instead
     */
    record Ask(int common, int commonTokens, int ownTokens, int output, int level, int scope, boolean follows) {}

    @Provide
    Arbitrary<Ask> asks() {
        return Combinators.combine(Arbitraries.integers().between(0, 1),
                Arbitraries.oneOf(Arbitraries.of(64, 128, 192, 256), Arbitraries.integers().between(1, LONGEST_COMMON)),
                Arbitraries.integers().between(0, LONGEST_OWN), Arbitraries.integers().between(1, LONGEST_ANSWER),
                Arbitraries.integers().between(-1, TOP), Arbitraries.of(0, 0, 0, 1), Arbitraries.of(true, false))
                .as(Ask::new);
    }

    @Property(tries = 100)
    void eachAnswerIsTheOneGivenAlone(@ForAll @Size(min = 2, max = 12) List<@From("asks") Ask> asks,
            @ForAll @IntRange(min = 0, max = 3) int form, @ForAll @IntRange(min = 10, max = 50) int tenthsOfBudget,
            @ForAll @IntRange(min = 1, max = 4) int together, @ForAll @IntRange(min = 0, max = TOP) int highest) {
        TestRig rig = rigs.get(form);
        long largest = Math.max(rig.model.sequenceBytes(LONGEST_COMMON + 3 * (LONGEST_OWN + LONGEST_ANSWER), 0),
                rig.model.sequenceBytes(1, TOP)) + rig.model.sequenceBytes(0, TOP);
        MemoryBudget budget = new MemoryBudget(largest * tenthsOfBudget / 10);
        FirstCome firstCome = FirstCome.of(new QueueLimits(64, 1 << 20)).tokenBudget(90).stopTokens(Set.of(STOP))
                .rule(length -> length < 100 ? 0 : length < 250 ? 1 : 2);
        StepScheduler inner = firstCome.scheduler();
        StepScheduler scheduler = view -> {
            assertThat(view.memory().used()).isLessThanOrEqualTo(budget.limit());
            return new StepPlan(inner.schedule(view).entries().stream().map(e -> new StepPlan.Entry(e.sequence(),
                    e.level(), new StepPlan.Prefixes(0, Math.max(e.level(), highest)), e.tokens())).toList());
        };
        PrefixCache cache = new PrefixCache(budget, 0.5, "m");
        List<GenerationRequest> requests = new ArrayList<>();
        List<GenerationResult> results = new ArrayList<>();
        try (Engine engine = new Engine(rig.model, new StepRunner(rig.model, rig.workspace), budget, codec::decoder,
                firstCome.options(rig.model, budget, scheduler, cache))) {
            for (int i = 0; i < asks.size(); i += together) {
                List<GenerationHandle> handles = new ArrayList<>();
                for (Ask ask : asks.subList(i, Math.min(asks.size(), i + together))) {
                    requests.add(request(ask, requests, results));
                    handles.add(engine.submit(requests.getLast(), GenerationListener.NONE));
                }
                handles.forEach(handle -> results.add(handle.await()));
            }
        }
        assertThat(budget.used()).isZero();
        assertThat(cache.counts().hits() + cache.counts().misses()).isEqualTo(asks.size());
        often("a hit", 20, cache.counts().hits() > 0);
        often("an eviction", 20, cache.counts().evictions() > 0);
        often("raised after a hit", 2, results.stream().anyMatch(r -> r.cachedTokens() > 0 && r.levels().size() > 1));
        for (int i = 0; i < results.size(); i++) {
            check(new Alone(rig), requests.get(i), results.get(i));
        }
    }

    /** That what is tested happens. */
    private static void often(String what, double percent, boolean happened) {
        Statistics.label(what).collect(happened).coverage(c -> c.check(true).percentage(p -> p > percent));
    }

    private static GenerationRequest request(Ask ask, List<GenerationRequest> requests,
            List<GenerationResult> results) {
        List<Integer> prompt = new ArrayList<>();
        int last = results.size() - 1;
        if (ask.follows() && last >= 0 && requests.get(last).promptTokens().size() <= LONGEST_COMMON + LONGEST_OWN) {
            prompt.addAll(requests.get(last).promptTokens());
            prompt.addAll(results.get(last).tokens());
            prompt.add(STOP);
        } else {
            new Random(ask.common()).ints(ask.commonTokens(), 0, 256).forEach(prompt::add);
            for (int i = 50; i < prompt.size(); i += 70) {
                prompt.set(i, STOP);
            }
        }
        new Random(ask.ownTokens()).ints(ask.ownTokens(), 0, 256).forEach(prompt::add);
        GenerationRequest.Builder request = GenerationRequest.builder().promptTokens(prompt)
                .maxOutputTokens(ask.output()).scope(ask.scope() == 0 ? "" : "another");
        return (ask.level() < 0 ? request : request.level(ask.level())).build();
    }

    private static void check(Alone alone, GenerationRequest request, GenerationResult result) {
        if (request.pinned()) {
            assertThat(result.levels()).containsExactly(new LevelChange(0, request.pinnedLevel()));
        }
        int count = result.tokens().size();
        int stop = result.finishReason() == FinishReason.STOP ? 1 : 0;
        List<Integer> expected = alone.answer(request.promptTokens(), result.levels(), count + stop);
        assertThat(result.tokens()).isEqualTo(expected.subList(0, count));
        assertThat(expected.subList(count, count + stop)).allMatch(token -> token == STOP);
    }
}
