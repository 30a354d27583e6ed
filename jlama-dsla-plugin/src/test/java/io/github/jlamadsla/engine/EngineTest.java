package io.github.jlamadsla.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.MemoryBudgetException;
import io.github.jlamadsla.testing.TestFiles;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What goes wrong, and what blocks: every request still ends exactly once, and the next one is right. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class EngineTest {

    @TempDir
    private static Path directory;
    private static TestRig rig;
    private static TextCodec codec;

    @BeforeAll
    static void load() {
        Path model = TestModels.llama().layers(4).folding(2, 0, 3).write(directory.resolve("model"));
        rig = new TestRig(model, "dsla", KvPrecision.F16, TestKernels.vector(), 1);
        codec = TextCodec.open(model.resolve("tokenizer.json"));
    }

    @AfterAll
    static void close() {
        codec.close();
        rig.close();
    }

    private static final FirstCome FIRST_COME = FirstCome.of(new QueueLimits(1_000, 1 << 20)).tokenBudget(16);

    private static Engine engine(MemoryBudget budget, LevelRule rule, UnaryOperator<StepScheduler> around) {
        return engine(rig, budget, FIRST_COME.rule(rule).optionsAround(rig.model, budget, around));
    }

    private static Engine engine(TestRig own, MemoryBudget budget, EngineOptions options) {
        return new Engine(own.model, new StepRunner(own.model, own.workspace), budget, codec::decoder, options);
    }

    /** Holds every step after a sequence's first token back until something has happened. */
    private static UnaryOperator<StepScheduler> decodeAfter(CountDownLatch happened) {
        return inner -> view -> {
            if (view.sequences().stream().limit(1).anyMatch(s -> s.position() >= s.promptTokens())) {
                join(happened);
            }
            return inner.schedule(view);
        };
    }

    private static Engine engine() {
        return engine(MemoryBudget.unlimited(), _ -> 0, UnaryOperator.identity());
    }

    private static GenerationRequest request(int seed, int prompt, int output) {
        return GenerationRequest.builder().promptTokens(new Random(seed).ints(prompt, 0, 256).toArray())
                .maxOutputTokens(output).build();
    }

    @Test
    void aListenerThatBlocksHoldsUpItsOwnRequestAlone() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        try (Engine engine = engine()) {
            GenerationHandle blocked = engine.submit(request(1, 10, 5), new GenerationListener() {
                @Override
                public void onPrefill(int done, int total) {
                    join(hold);
                }
            });
            assertThat(engine.submit(request(2, 10, 5), GenerationListener.NONE).await().tokens()).hasSize(5);
            assertThat(blocked.result()).isNotDone();
            hold.countDown();
            assertThat(blocked.await().tokens()).hasSize(5);
        }
    }

    @Test
    void closingEndsARequestWhoseListenerNeverReturns() {
        CountDownLatch hold = new CountDownLatch(1);
        GenerationHandle blocked;
        try (Engine engine = engine()) {
            CountDownLatch entered = new CountDownLatch(1);
            blocked = engine.submit(request(1, 10, 2_000), new GenerationListener() {
                @Override
                public void onPrefill(int done, int total) {
                    entered.countDown();
                    join(hold);
                }
            });
            join(entered);
        }
        assertThatThrownBy(blocked::await).hasMessage("the runtime was closed");
        hold.countDown();
    }

    @Test
    void aListenerMayUseTheEngine() {
        try (Engine engine = engine()) {
            CompletableFuture<List<Integer>> inner = new CompletableFuture<>();
            engine.submit(request(1, 10, 1), new GenerationListener() {
                @Override
                public void onToken(int token, String text) {
                    inner.complete(engine.submit(request(2, 10, 5), GenerationListener.NONE).await().tokens());
                }
            }).await();
            assertThat(inner.join()).hasSize(5);
        }
    }

    @Test
    void aRaiseThatTheBudgetRefusesFailsAloneAndTheRequestGoesOn() {
        long statesOfALayer = rig.model.sequenceBytes(0, 1);
        MemoryBudget tight = new MemoryBudget(rig.model.sequenceBytes(100, 0) + statesOfALayer / 2);
        List<Integer> alone;
        try (Engine engine = engine(tight, _ -> 0, UnaryOperator.identity())) {
            alone = engine.submit(request(3, 70, 30), GenerationListener.NONE).await().tokens();
        }
        CountDownLatch asked = new CountDownLatch(1);
        try (Engine engine = engine(tight, _ -> 0, decodeAfter(asked))) {
            CompletableFuture<GenerationHandle> handle = new CompletableFuture<>();
            CompletableFuture<CompletableFuture<LevelChange>> raise = new CompletableFuture<>();
            handle.complete(engine.submit(request(3, 70, 30), new GenerationListener() {
                @Override
                public void onToken(int token, String text) {
                    if (!raise.isDone()) {
                        raise.complete(handle.join().raise(3));
                        asked.countDown();
                    }
                }
            }));
            GenerationResult result = handle.join().await();
            assertThat(result.levels()).containsExactly(new LevelChange(0, 0));
            assertThat(result.tokens()).isEqualTo(alone);
            assertThatThrownBy(raise.join()::join).hasCauseInstanceOf(MemoryBudgetException.class);
        }
        assertThat(tight.used()).isZero();
    }

    /** States of a layer are larger than its one page here, so each raise takes more than it frees. */
    @Test
    void whatAPartialRaiseFulfilsIsKeptAndTheRestFails() {
        Path model = TestModels.llama().layers(4).heads(2, 2, 64).folding(2, 0, 3).write(directory.resolve("large"));
        try (TestRig large = new TestRig(model, "dsla", KvPrecision.F16, TestKernels.vector(), 1)) {
            long states = large.model.sequenceBytes(0, 1);
            CountDownLatch asked = new CountDownLatch(1);
            MemoryBudget tight = new MemoryBudget(large.model.sequenceBytes(40, 3) + states / 4);
            try (Engine engine = engine(large, tight,
                    FIRST_COME.optionsAround(large.model, tight, decodeAfter(asked)))) {
                CompletableFuture<GenerationHandle> handle = new CompletableFuture<>();
                List<CompletableFuture<LevelChange>> raises = new ArrayList<>();
                handle.complete(engine.submit(request(4, 10, 30), new GenerationListener() {
                    @Override
                    public void onPrefill(int done, int total) {
                        raises.add(handle.join().raise(1));
                        raises.add(handle.join().raise(3));
                        asked.countDown();
                    }
                }));
                GenerationResult result = handle.join().await();
                assertThat(result.finalLevel()).isEqualTo(2);
                assertThat(result.tokens()).hasSize(30);
                assertThat(raises.get(0).join().level()).isBetween(1, 2);
                assertThatThrownBy(raises.get(1)::join).hasCauseInstanceOf(MemoryBudgetException.class);
                assertThat(result.peakMemoryBytes()).isEqualTo(large.model.sequenceBytes(40, 1) + states);
            }
            assertThat(tight.used()).isZero();
        }
    }

    @Test
    void aRaiseToWhatCouldNeverFitIsRefusedAtOnce() {
        Path model = TestModels.llama().layers(4).heads(2, 2, 64).folding(2, 0, 3).write(directory.resolve("refused"));
        try (TestRig large = new TestRig(model, "dsla", KvPrecision.F16, TestKernels.vector(), 1)) {
            MemoryBudget small = new MemoryBudget(large.model.sequenceBytes(40, 3) - 1);
            try (Engine engine = engine(large, small, FIRST_COME.options(large.model, small))) {
                GenerationHandle handle = engine.submit(request(4, 10, 30), GenerationListener.NONE);
                assertThatThrownBy(() -> handle.raise(3)).isInstanceOf(MemoryBudgetException.class)
                        .hasMessageContaining("40 tokens at level 3");
                assertThat(handle.await().tokens()).hasSize(30);
            }
        }
    }

    @Test
    void aSchedulerThatThrowsEndsTheEngineWithItsCause() {
        IllegalStateException bug = new IllegalStateException("a bug");
        UnaryOperator<StepScheduler> broken = inner -> view -> {
            if (view.sequences().size() == 2) {
                throw bug;
            }
            return inner.schedule(view);
        };
        MemoryBudget budget = MemoryBudget.unlimited();
        try (Engine engine = engine(budget, _ -> 0, broken)) {
            GenerationHandle one = engine.submit(request(1, 100, 1_900), GenerationListener.NONE);
            GenerationHandle two = engine.submit(request(2, 100, 5), GenerationListener.NONE);
            assertThatThrownBy(one::await).hasMessageContaining("the engine ended after an error").hasRootCause(bug);
            assertThatThrownBy(two::await).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> engine.submit(request(1, 10, 5), GenerationListener.NONE))
                    .hasMessageContaining("the engine ended after an error").hasRootCause(bug);
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    void aStepThatFailsEndsItsRequestAlone() {
        Path broken = TestModels.llama().layers(1).write(directory.resolve("broken"));
        // Base weights are not scanned for NaN when loading: they show when a token is to be chosen.
        TestFiles.editTensor(broken.resolve("model.safetensors"), "model.norm.weight",
                weights -> weights.putFloat(0, Float.NaN));
        MemoryBudget budget = MemoryBudget.unlimited();
        try (TestRig nan = new TestRig(broken, "dsla", KvPrecision.F16, TestKernels.vector(), 1);
                Engine engine = engine(nan, budget, FIRST_COME.options(nan.model, budget))) {
            for (int i = 0; i < 2; i++) {
                GenerationHandle handle = engine.submit(request(i, 10, 5), GenerationListener.NONE);
                assertThatThrownBy(handle::await).isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("NaN");
            }
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    void submitsRaisesAndCancelsFromManyThreads() throws Exception {
        MemoryBudget budget = MemoryBudget.unlimited();
        try (Engine engine = engine(budget, length -> length < 30 ? 0 : 1, UnaryOperator.identity());
                ExecutorService threads = Executors.newFixedThreadPool(6)) {
            List<Future<GenerationResult>> results = new ArrayList<>();
            for (int i = 0; i < 90; i++) {
                int n = i;
                results.add(threads.submit(() -> {
                    GenerationHandle handle = engine.submit(request(n, 5 + n, 20), GenerationListener.NONE);
                    if (n % 3 == 1) {
                        handle.raise(3);
                    } else if (n % 3 == 2) {
                        handle.cancel();
                    }
                    return handle.await();
                }));
            }
            for (int i = 0; i < results.size(); i++) {
                GenerationResult result = results.get(i).get();
                if (i % 3 == 2) {
                    assertThat(result.tokens().size()).isLessThanOrEqualTo(20);
                } else {
                    assertThat(result.finishReason()).isEqualTo(FinishReason.LENGTH);
                    assertThat(result.tokens()).hasSize(20);
                    assertThat(result.levels()).isSortedAccordingTo(
                            (a, b) -> Integer.compare(a.level(), b.level()));
                }
            }
        }
        assertThat(budget.used()).isZero();
    }

    private static void join(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
