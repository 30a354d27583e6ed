package io.github.jlamadsla.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.sampling.TokenMask;
import io.github.jlamadsla.testing.Sneaky;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;
import io.github.jlamadsla.text.BrokenDecoder;
import io.github.jlamadsla.text.IncrementalDecoder;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Faults of what belongs to one request, in steps that it shares, and of what observes them all. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class FaultsTest {
    private static final QueueLimits LIMITS = new QueueLimits(64, 1 << 20);
    private static final IOException CHECKED = new IOException("a user's");

    @TempDir
    private static Path directory;
    private static TestRig rig;
    private static TextCodec codec;

    private final MemoryBudget budget = MemoryBudget.unlimited();
    private final AtomicBoolean shared = new AtomicBoolean();

    @BeforeAll
    static void load() {
        Path model = TestModels.llama().layers(2).folding(0, 1).write(directory.resolve("model"));
        rig = new TestRig(model, "dsla", KvPrecision.F16, TestKernels.vector(), 1);
        codec = TextCodec.open(model.resolve("tokenizer.json"));
    }

    @AfterAll
    static void close() {
        codec.close();
        rig.close();
    }

    private static GenerationRequest.Builder request(int seed, int output) {
        return GenerationRequest.builder().promptTokens(new Random(seed).ints(10, 0, 256).toArray())
                .maxOutputTokens(output);
    }

    private Engine engine(Supplier<IncrementalDecoder> decoders, EngineOptions options) {
        return new Engine(rig.model, new StepRunner(rig.model, rig.workspace), budget, decoders, options);
    }

    /** Nothing runs before two requests are there; from then on they share steps. */
    private EngineOptions together() {
        return FirstCome.of(LIMITS).optionsAround(rig.model, budget, inner -> view -> {
            shared.compareAndSet(false, view.sequences().size() == 2);
            return shared.get() ? inner.schedule(view) : StepPlan.NOTHING;
        });
    }

    private static TokenMask mask(int fails, Runnable apply, Runnable accept) {
        AtomicInteger calls = new AtomicInteger();
        return new TokenMask() {
            @Override
            public void apply(float[] logits, int offset, int count) {
                if (calls.incrementAndGet() == fails) {
                    apply.run();
                    Arrays.fill(logits, offset, offset + count, Float.NEGATIVE_INFINITY);
                }
            }

            @Override
            public void accept(int token) {
                accept.run();
            }
        };
    }

    /** The faulty request comes first, so that the other one's tokens are chosen and committed after its fault. */
    private void endsAlone(Supplier<IncrementalDecoder> decoders, GenerationRequest faulty, GenerationListener listener,
            String message) {
        try (Engine engine = engine(decoders, together())) {
            GenerationHandle one = engine.submit(faulty, listener);
            GenerationHandle other = engine.submit(request(2, 40).build(), GenerationListener.NONE);
            assertThatThrownBy(one::await).hasStackTraceContaining(message);
            assertThat(other.await().tokens()).hasSize(40);
        }
        assertThat(shared).isTrue();
        assertThat(budget.used()).isZero();
    }

    @Test
    void aMasksCheckedExceptionEndsItsRequestAloneInASharedStep() {
        TokenMask broken = mask(3, () -> {
            throw Sneaky.thrown(CHECKED);
        }, () -> {
        });
        endsAlone(codec::decoder, request(1, 40).mask(broken).build(), GenerationListener.NONE, "a user's");
    }

    @Test
    void aMaskThatFailsWhenItHearsOfATokenEndsItsRequestAloneInASharedStep() {
        TokenMask broken = mask(-1, () -> {
        }, () -> {
            throw Sneaky.thrown(CHECKED);
        });
        endsAlone(codec::decoder, request(1, 40).mask(broken).build(), GenerationListener.NONE, "a user's");
    }

    @Test
    void aSamplerWithNothingToDrawEndsItsRequestAloneInASharedStep() {
        endsAlone(codec::decoder, request(1, 40).mask(mask(3, () -> {
        }, () -> {
        })).build(), GenerationListener.NONE, "no token");
    }

    @Test
    void aCodecsFaultEndsItsRequestAloneInASharedStep() {
        AtomicBoolean first = new AtomicBoolean(true);
        IncrementalDecoder broken = BrokenDecoder.of(_ -> {
            throw Sneaky.thrown(CHECKED);
        });
        endsAlone(() -> first.getAndSet(false) ? broken : codec.decoder(), request(1, 40).build(),
                GenerationListener.NONE, "a user's");
    }

    @Test
    void aListenersCheckedExceptionEndsItsRequestAloneInASharedStep() {
        endsAlone(codec::decoder, request(1, 1_900).build(), new GenerationListener() {
            @Override
            public void onToken(int token, String text) {
                throw Sneaky.thrown(CHECKED);
            }
        }, "a user's");
    }

    /** One that no one guards: the engine ends, and all are told, whom it was told of too. */
    @Test
    void anObserverThatFailsAtAnEndLeavesNobodyWaiting() {
        EngineOptions plain = FirstCome.of(LIMITS).options(rig.model, budget);
        EngineObserver broken = new EngineObserver() {
            @Override
            public void ended(GenerationResult result) {
                throw Sneaky.thrown(CHECKED);
            }
        };
        try (Engine engine = engine(codec::decoder, new EngineOptions(plain.scheduler(), plain.admission(), Set.of(),
                broken, plain.nanoClock(), null))) {
            CountDownLatch hold = new CountDownLatch(1);
            GenerationHandle other = engine.submit(request(2, 1_900).build(), blocking(hold, new CountDownLatch(1)));
            GenerationHandle cancelled = engine.submit(request(1, 1_900).build(), GenerationListener.NONE);
            cancelled.cancel();
            assertThat(cancelled.await().finishReason()).isEqualTo(FinishReason.CANCELLED);
            assertThatThrownBy(other::await).hasMessageContaining("the engine ended after an error");
            hold.countDown();
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    void anEventThreadThatCannotBeStartedEndsItsRequestAlone() {
        AtomicInteger threads = new AtomicInteger();
        ThreadPoolExecutor scarce = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.MINUTES,
                new SynchronousQueue<>()) {
            @Override
            public void execute(Runnable task) {
                if (threads.getAndIncrement() < 1) {
                    throw new OutOfMemoryError("unable to create native thread");
                }
                super.execute(task);
            }
        };
        try (Engine engine = new Engine(rig.model, new StepRunner(rig.model, rig.workspace), budget, codec::decoder,
                FirstCome.of(LIMITS).options(rig.model, budget), scarce)) {
            assertThatThrownBy(engine.submit(request(1, 10).build(), GenerationListener.NONE)::await)
                    .isInstanceOf(OutOfMemoryError.class);
            assertThat(threads).hasValue(1);
            assertThat(engine.submit(request(2, 10).build(), GenerationListener.NONE).await().tokens()).hasSize(10);
        }
        assertThat(budget.used()).isZero();
    }

    private static GenerationListener blocking(CountDownLatch hold, CountDownLatch entered) {
        return new GenerationListener() {
            @Override
            public void onToken(int token, String text) {
                entered.countDown();
                join(hold);
            }
        };
    }

    @Test
    void closingTellsAnAnswerWhoseListenerNeverReturns() {
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        Engine engine = engine(codec::decoder, FirstCome.of(LIMITS).options(rig.model, budget));
        GenerationHandle blocked = engine.submit(request(1, 10).build(), blocking(hold, entered));
        join(entered);
        // They shared steps, and this one has more of them: the other has ended in the engine too.
        engine.submit(request(2, 30).build(), GenerationListener.NONE).await();
        assertThat(budget.used()).isZero();
        assertThat(blocked.result()).isNotDone();
        engine.close();
        assertThat(blocked.result()).isCompleted();
        assertThat(blocked.await().tokens()).hasSize(10);
        hold.countDown();
    }

    @Test
    void aDeadlineIsToldWhileTheListenerBlocks() {
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        AtomicLong clock = new AtomicLong();
        try (Engine engine = engine(codec::decoder,
                FirstCome.of(LIMITS).clock(clock::get).options(rig.model, budget))) {
            GenerationHandle late = engine.submit(request(1, 1_900).timeout(Duration.ofMillis(200)).build(),
                    blocking(hold, entered));
            join(entered);
            clock.set(TimeUnit.MILLISECONDS.toNanos(200));
            assertThatThrownBy(late::await).isInstanceOf(RequestTimeoutException.class);
            assertThat(hold.getCount()).isOne();
        }
        hold.countDown();
    }

    @Test
    void aCancelIsToldWhileTheListenerBlocks() {
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        try (Engine engine = engine(codec::decoder, FirstCome.of(LIMITS).options(rig.model, budget))) {
            GenerationHandle cancelled = engine.submit(request(1, 1_900).build(), blocking(hold, entered));
            join(entered);
            cancelled.cancel();
            assertThat(cancelled.await().finishReason()).isEqualTo(FinishReason.CANCELLED);
            assertThat(hold.getCount()).isOne();
        }
        hold.countDown();
    }

    private static void join(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
