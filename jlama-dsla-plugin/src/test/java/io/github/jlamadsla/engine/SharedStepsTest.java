package io.github.jlamadsla.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.model.FailingModel;
import io.github.jlamadsla.model.HybridModel;
import io.github.jlamadsla.sampling.TokenMask;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Requests that share steps: what one does, or suffers, is no concern of the others. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class SharedStepsTest {

    @TempDir
    private static Path directory;
    private static TestRig rig;
    private static TextCodec codec;

    private final MemoryBudget budget = MemoryBudget.unlimited();

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

    private static Engine engine(HybridModel model, MemoryBudget memory, UnaryOperator<StepScheduler> around,
            QueueLimits limits) {
        return new Engine(model, new StepRunner(model, rig.workspace), memory, codec::decoder,
                FirstCome.of(limits).optionsAround(model, memory, around));
    }

    private Engine engine() {
        return engine(rig.model, budget, UnaryOperator.identity(), new QueueLimits(64, 1 << 20));
    }

    private static GenerationRequest.Builder request(int seed, int prompt, int output) {
        return GenerationRequest.builder().promptTokens(new Random(seed).ints(prompt, 0, 256).toArray())
                .maxOutputTokens(output);
    }

    /** A scheduler that waits before its first step until that many requests are there. */
    private static UnaryOperator<StepScheduler> when(int requests) {
        AtomicBoolean begun = new AtomicBoolean();
        return inner -> view -> {
            if (view.sequences().size() >= requests) {
                begun.set(true);
            }
            // A prompt token at a time keeps the first ones busy until the last is there.
            return begun.get() ? inner.schedule(view) : new FirstComeScheduler(1, _ -> 0).schedule(view);
        };
    }

    @Test
    void aListenerThatIsBehindMakesItsOwnRequestPause() {
        CountDownLatch hold = new CountDownLatch(1);
        AtomicInteger heard = new AtomicInteger();
        try (Engine engine = engine()) {
            GenerationHandle slow = engine.submit(request(1, 10, 1_900).build(), new GenerationListener() {
                @Override
                public void onToken(int token, String text) {
                    heard.incrementAndGet();
                    join(hold);
                }
            });
            GenerationHandle quick = engine.submit(request(2, 10, 1_900).build(), GenerationListener.NONE);
            assertThat(quick.await().tokens()).hasSize(1_900);
            // The other one had 1,900 steps meanwhile; this one may have made as many as its queue holds.
            long bytes = budget.used();
            assertThat(bytes).isBetween(1L, rig.model.sequenceBytes(10 + RequestEvents.MOST_WAITING + 64, 0));
            assertThat(heard).hasValue(1);
            hold.countDown();
            assertThat(slow.await().tokens()).isEqualTo(new Alone(rig).answer(
                    request(1, 10, 1).build().promptTokens(), List.of(new LevelChange(0, 0)), 1_900));
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    void aPausedRequestCanBeCancelledAndFreesItsMemory() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        try (Engine engine = engine()) {
            GenerationHandle slow = engine.submit(request(1, 10, 1_900).build(), new GenerationListener() {
                @Override
                public void onToken(int token, String text) {
                    join(hold);
                }
            });
            until(() -> budget.used() >= rig.model.sequenceBytes(10 + RequestEvents.MOST_WAITING - 20, 0));
            slow.cancel();
            until(() -> budget.used() == 0);
            hold.countDown();
            assertThat(slow.await().finishReason()).isEqualTo(FinishReason.CANCELLED);
        }
    }

    @Test
    void nothingIsHeardAfterACancel() {
        try (Engine engine = engine()) {
            List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch submitted = new CountDownLatch(1);
            GenerationHandle[] own = new GenerationHandle[1];
            own[0] = engine.submit(request(1, 10, 500).build(), new GenerationListener() {
                @Override
                public void onToken(int token, String text) {
                    join(submitted);
                    heard.add(token);
                    if (heard.size() == 3) {
                        own[0].cancel();
                    }
                }
            });
            submitted.countDown();
            assertThat(own[0].await().finishReason()).isIn(FinishReason.CANCELLED, FinishReason.LENGTH);
            assertThat(heard).hasSize(3);
        }
    }

    @Test
    void aRequestThatTakesTooLongFailsAlone() {
        AtomicLong clock = new AtomicLong();
        EngineOptions options = FirstCome.of(new QueueLimits(8, 1 << 20)).clock(clock::get)
                .optionsAround(rig.model, budget, inner -> view -> {
                    clock.addAndGet(1_000_000);
                    return inner.schedule(view);
                });
        try (Engine engine = new Engine(rig.model, new StepRunner(rig.model, rig.workspace), budget, codec::decoder,
                options)) {
            GenerationHandle late = engine.submit(request(1, 10, 500).timeout(Duration.ofMillis(100)).build(),
                    GenerationListener.NONE);
            GenerationHandle other = engine.submit(request(2, 10, 500).build(), GenerationListener.NONE);
            assertThatThrownBy(late::await).isInstanceOf(RequestTimeoutException.class)
                    .hasMessageContaining("within 100 ms");
            assertThat(other.await().tokens()).hasSize(500);
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    void aPausedRequestTimesOutTooAndWhatWaitsForMemoryAsWell() {
        CountDownLatch hold = new CountDownLatch(1);
        MemoryBudget forOne = new MemoryBudget(rig.model.sequenceBytes(1_000, 0));
        try (Engine engine = engine(rig.model, forOne, UnaryOperator.identity(), new QueueLimits(8, 1 << 20))) {
            GenerationHandle paused = engine.submit(
                    request(1, 10, 990).timeout(Duration.ofMillis(600)).build(), new GenerationListener() {
                        @Override
                        public void onToken(int token, String text) {
                            join(hold);
                        }
                    });
            GenerationHandle waiting = engine.submit(request(2, 10, 990).timeout(Duration.ofMillis(300)).build(),
                    GenerationListener.NONE);
            assertThatThrownBy(waiting::await).hasMessageContaining("within 300 ms").hasMessageContaining("0 tokens");
            until(() -> forOne.used() == 0);
            hold.countDown();
            assertThatThrownBy(paused::await).isInstanceOf(RequestTimeoutException.class);
        }
    }

    @Test
    void requestsWaitInLineUntilTheBudgetHasRoomForAllTheyNeed() {
        MemoryBudget forTwo = new MemoryBudget(2 * rig.model.sequenceBytes(200, 0));
        AtomicInteger most = new AtomicInteger();
        UnaryOperator<StepScheduler> scheduler = inner -> view -> {
            StepPlan plan = inner.schedule(view);
            most.accumulateAndGet(plan.entries().size(), Math::max);
            return plan;
        };
        try (Engine engine = engine(rig.model, forTwo, scheduler, new QueueLimits(64, 1 << 20))) {
            List<GenerationHandle> handles = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                handles.add(engine.submit(request(i, 150, 50).build(), GenerationListener.NONE));
            }
            handles.forEach(handle -> assertThat(handle.await().tokens()).hasSize(50));
        }
        assertThat(most).hasValue(2);
        assertThat(forTwo.used()).isZero();
    }

    @Test
    void aFaultInASharedStepEndsThoseInItAndTheEngineGoesOn() {
        AtomicBoolean fail = new AtomicBoolean();
        AtomicInteger together = new AtomicInteger();
        StepScheduler inner = when(3).apply(new FirstComeScheduler(64, _ -> 0));
        HybridModel model = FailingModel.of(rig.model, () -> fail.getAndSet(false));
        UnaryOperator<StepScheduler> scheduler = _ -> view -> {
            StepPlan plan = inner.schedule(view);
            if (plan.entries().size() == 3 && together.incrementAndGet() == 5) {
                fail.set(true);
            }
            return plan;
        };
        try (Engine engine = engine(model, budget, scheduler, new QueueLimits(8, 1 << 20))) {
            List<GenerationHandle> handles = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                handles.add(engine.submit(request(i, 200, 300).build(), GenerationListener.NONE));
            }
            handles.forEach(handle -> assertThatThrownBy(handle::await).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("a fault in a layer").hasMessageContaining("with 2 others"));
            assertThat(budget.used()).isZero();
            assertThat(engine.submit(request(7, 20, 30).build(), GenerationListener.NONE).await().tokens())
                    .isEqualTo(new Alone(rig).answer(request(7, 20, 1).build().promptTokens(),
                            List.of(new LevelChange(0, 0)), 30));
        }
    }

    @Test
    void aMaskThatFailsEndsItsRequestAlone() {
        AtomicInteger calls = new AtomicInteger();
        TokenMask broken = new TokenMask() {
            @Override
            public void apply(float[] logits, int offset, int count) {
                if (calls.incrementAndGet() == 5) {
                    throw new IllegalArgumentException("a fault in a mask");
                }
            }

            @Override
            public void accept(int token) {}
        };
        try (Engine engine = engine(rig.model, budget, when(2), new QueueLimits(8, 1 << 20))) {
            GenerationHandle masked = engine.submit(request(1, 60, 300).mask(broken).build(), GenerationListener.NONE);
            GenerationHandle other = engine.submit(request(2, 60, 300).build(), GenerationListener.NONE);
            assertThatThrownBy(masked::await).hasMessage("a fault in a mask");
            assertThat(other.await().tokens()).hasSize(300);
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    void theMaskDecidesWhatMayCome() {
        TokenMask even = new TokenMask() {
            @Override
            public void apply(float[] logits, int offset, int count) {
                for (int i = 1; i < count; i += 2) {
                    logits[offset + i] = Float.NEGATIVE_INFINITY;
                }
            }

            @Override
            public void accept(int token) {}
        };
        try (Engine engine = engine()) {
            List<Integer> tokens = engine.submit(request(1, 10, 40).mask(even).build(), GenerationListener.NONE)
                    .await().tokens();
            assertThat(tokens).hasSize(40).allMatch(token -> token % 2 == 0);
        }
    }

    @Test
    void aStopTextEndsTheAnswerAndIsNotDelivered() {
        try (Engine engine = engine()) {
            String whole = engine.submit(request(5, 30, 60).build(), GenerationListener.NONE).await().text();
            // A text in the middle that is more than one token, as the tokenizer of the test works by bytes.
            String stop = whole.substring(20, 24);
            StringBuilder heard = new StringBuilder();
            GenerationResult result = engine.submit(request(5, 30, 60).stops(List.of("\0never", stop)).build(),
                    new GenerationListener() {
                        @Override
                        public void onToken(int token, String text) {
                            heard.append(text);
                        }
                    }).await();
            assertThat(result.finishReason()).isEqualTo(FinishReason.STOP);
            assertThat(result.text()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
            assertThat(heard).hasToString(result.text());
            assertThat(result.tokens().size()).isLessThan(60);
        }
    }

    @Test
    void tooManyPromptTokensAreRefusedByName() {
        CountDownLatch hold = new CountDownLatch(1);
        UnaryOperator<StepScheduler> waiting = inner -> view -> {
            join(hold);
            return inner.schedule(view);
        };
        try (Engine engine = engine(rig.model, budget, waiting, new QueueLimits(3, 100))) {
            GenerationHandle first = engine.submit(request(1, 60, 2).build(), GenerationListener.NONE);
            assertThatThrownBy(() -> engine.submit(request(2, 41, 2).build(), GenerationListener.NONE))
                    .isInstanceOf(RequestRejectedException.class)
                    .hasMessage("with this request 101 prompt tokens would not have ended; allowed: at most 100."
                            + " Try again later");
            GenerationHandle second = engine.submit(request(2, 40, 2).build(), GenerationListener.NONE);
            hold.countDown();
            first.await();
            second.await();
            engine.submit(request(3, 100, 2).build(), GenerationListener.NONE).await();
        }
    }

    @Test
    void closingWaitsNoLongerThanToldAndFreesWhenTheStepIsDone() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        HybridModel model = FailingModel.of(rig.model, () -> {
            entered.countDown();
            join(hold);
            return false;
        });
        Engine engine = engine(model, budget, UnaryOperator.identity(), new QueueLimits(8, 1 << 20));
        GenerationHandle handle = engine.submit(request(1, 10, 5).build(), GenerationListener.NONE);
        join(entered);
        assertThat(engine.close(Duration.ofMillis(20))).isFalse();
        assertThatThrownBy(handle::await).hasMessage("the runtime was closed");
        assertThat(engine.ended()).isNotDone();
        assertThat(budget.used()).isPositive();
        hold.countDown();
        engine.ended().get();
        assertThat(budget.used()).isZero();
        assertThat(engine.close(Duration.ZERO)).isTrue();
    }

    private static void until(java.util.function.BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    private static void join(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
