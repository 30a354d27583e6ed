package io.github.jlamadsla.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many people at once: each answer is, token for token, the one that is given alone with the same level history. Runs
 * {@value #IN_CI} requests per thread count, {@value #ALL} with the system property {@value #THOROUGH}.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ManyRequestsTest {
    private static final String THOROUGH = "jlamadsla.thorough";
    private static final int IN_CI = 700;
    private static final int ALL = 2_000;
    private static final int CALLERS = 8;
    private static final int LONGEST_PROMPT = 4_000;
    private static final int IN_FLIGHT = 24;

    /** What a caller does with a request besides waiting. */
    private enum Deed {
        NOTHING, RAISE, CANCEL, THROW
    }

    /**
     * @param atToken the deed is done when this output token is heard, from 1
     * @param level that it is raised to
     */
    private record Case(GenerationRequest request, Deed deed, int atToken, int level) {}

    private record Outcome(Case test, GenerationResult result, Throwable failure, List<Integer> heard) {}

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void everyAnswerIsTheOneGivenAlone(int threads, @TempDir Path directory) throws Exception {
        Path model = TestModels.llama().layers(4).context(LONGEST_PROMPT + 100).folding(2, 0, 3)
                .write(directory.resolve("model"));
        int count = Boolean.getBoolean(THOROUGH) ? ALL : IN_CI;
        AtomicInteger shared = new AtomicInteger(); // steps of four sequences and more
        try (TestRig rig = new TestRig(model, "dsla", KvPrecision.F16, TestKernels.vector(), threads);
                TestRig reference = new TestRig(model, "dsla", KvPrecision.F16, TestKernels.vector(), 1);
                TextCodec codec = TextCodec.open(model.resolve("tokenizer.json"))) {
            List<Outcome> outcomes;
            StepScheduler scheduler = new FirstComeScheduler(128);
            EngineOptions options = new EngineOptions(length -> length < 300 ? 0 : length < 1_500 ? 1 : 2,
                    views -> {
                        StepPlan plan = scheduler.schedule(views);
                        shared.addAndGet(plan.entries().size() >= 4 ? 1 : 0);
                        return plan;
                    }, Set.of(), new QueueLimits(CALLERS * IN_FLIGHT, 1 << 22), System::nanoTime);
            try (Engine engine = new Engine(rig.model, new StepRunner(rig.model, rig.workspace), rig.budget,
                    codec::decoder, options)) {
                outcomes = run(engine, cases(count, rig.model.config().vocabularySize(), threads));
            }
            assertThat(rig.budget.used()).isZero();
            assertThat(shared.get()).isGreaterThan(count / 10);
            Alone alone = new Alone(reference);
            outcomes.forEach(outcome -> check(outcome, alone));
            assertThat(outcomes.stream().filter(o -> o.result != null && o.result.levels().size() > 1).count())
                    .isGreaterThan(count / 20);
            assertThat(outcomes.stream().filter(o -> o.result != null).map(o -> o.result.tokens()).distinct().count())
                    .isGreaterThan(count / 3);
        }
    }

    private static List<Case> cases(int count, int vocabulary, long seed) {
        Random random = new Random(seed);
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int prompt = (int) Math.round(Math.exp(random.nextDouble() * Math.log(LONGEST_PROMPT)));
            int output = 1 + random.nextInt(40);
            GenerationRequest.Builder request = GenerationRequest.builder()
                    .promptTokens(random.ints(prompt, 0, vocabulary).toArray()).maxOutputTokens(output);
            if (random.nextInt(3) == 0) {
                request.level(random.nextInt(3));
            }
            Deed deed = Deed.values()[Math.max(0, random.nextInt(8) - 4)];
            cases.add(new Case(request.build(), deed, 1 + random.nextInt(output), 3));
        }
        return cases;
    }

    private static List<Outcome> run(Engine engine, List<Case> cases) throws Exception {
        List<Future<List<Outcome>>> callers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
            for (int caller = 0; caller < CALLERS; caller++) {
                int first = caller;
                callers.add(threads.submit(() -> {
                    Semaphore room = new Semaphore(IN_FLIGHT);
                    List<CompletableFuture<Outcome>> own = new ArrayList<>();
                    for (int i = first; i < cases.size(); i += CALLERS) {
                        room.acquire();
                        own.add(start(engine, cases.get(i)));
                        own.getLast().whenComplete((_, _) -> room.release());
                    }
                    return own.stream().map(CompletableFuture::join).toList();
                }));
            }
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Future<List<Outcome>> caller : callers) {
            outcomes.addAll(caller.get());
        }
        return outcomes;
    }

    private static CompletableFuture<Outcome> start(Engine engine, Case test) {
        List<Integer> heard = new ArrayList<>();
        CompletableFuture<GenerationHandle> own = new CompletableFuture<>();
        GenerationHandle handle = engine.submit(test.request(), new GenerationListener() {
            @Override
            public void onToken(int token, String text) {
                heard.add(token);
                if (heard.size() == test.atToken()) {
                    switch (test.deed()) {
                        case NOTHING -> {
                        }
                        case RAISE -> own.join().raise(test.level());
                        case CANCEL -> own.join().cancel();
                        case THROW -> throw new IllegalArgumentException("a callback that fails");
                    }
                }
            }
        });
        own.complete(handle);
        return handle.result().handle((result, failure) -> new Outcome(test, result, failure, heard));
    }

    private static void check(Outcome outcome, Alone alone) {
        Case test = outcome.test();
        if (test.deed() == Deed.THROW) {
            assertThat(outcome.failure()).hasRootCauseMessage("a callback that fails");
            assertThat(outcome.heard()).hasSize(test.atToken());
            return;
        }
        assertThat(outcome.failure()).isNull();
        GenerationResult result = outcome.result();
        if (test.deed() == Deed.CANCEL) {
            assertThat(outcome.heard()).isEqualTo(result.tokens().subList(0, test.atToken()));
        } else {
            assertThat(result.finishReason()).isEqualTo(FinishReason.LENGTH);
            assertThat(outcome.heard()).isEqualTo(result.tokens());
        }
        assertThat(result.tokens()).isEqualTo(
                alone.answer(test.request().promptTokens(), result.levels(), result.tokens().size()));
    }
}
