package io.github.jlamadsla.engine;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;

/** Interrupts of a caller that waits, and of the engine's own thread. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class InterruptsTest {

    @TempDir
    Path directory;

    private final MemoryBudget budget = MemoryBudget.unlimited();
    private TestRig rig;
    private TextCodec codec;

    @BeforeEach
    void load() {
        Path model = TestModels.llama().layers(2).folding(0, 1).write(directory.resolve("model"));
        rig = new TestRig(model, "dsla", KvPrecision.F16, TestKernels.vector(), 1);
        codec = TextCodec.open(model.resolve("tokenizer.json"));
    }

    @AfterEach
    void close() {
        codec.close();
        rig.close();
    }

    private Engine engine(UnaryOperator<StepScheduler> around) {
        return new Engine(rig.model, new StepRunner(rig.model, rig.workspace), budget, codec::decoder,
                FirstCome.of(new QueueLimits(64, 1 << 20)).optionsAround(rig.model, budget, around));
    }

    private static GenerationRequest.Builder request(int seed, int prompt, int output) {
        return GenerationRequest.builder().promptTokens(new Random(seed).ints(prompt, 0, 256).toArray())
                .maxOutputTokens(output);
    }

    @Test
    void anInterruptedCallerCancelsItsRequestAndFreesItsMemory() throws Exception {
        CountDownLatch decodes = new CountDownLatch(1);
        AtomicReference<String> thrown = new AtomicReference<>();
        AtomicBoolean interrupted = new AtomicBoolean();
        try (Engine engine = engine(UnaryOperator.identity())) {
            GenerationHandle handle = engine.submit(request(1, 10, 1_900).build(), new GenerationListener() {
                @Override
                public void onToken(int token, String text) {
                    decodes.countDown();
                }
            });
            Thread caller = Thread.ofPlatform().start(() -> {
                try {
                    handle.await();
                } catch (IllegalStateException e) {
                    thrown.set(e.getMessage());
                    interrupted.set(Thread.currentThread().isInterrupted());
                }
            });
            decodes.await();
            caller.interrupt();
            caller.join();
            assertThat(thrown).hasValue("interrupted while waiting; the request was cancelled");
            assertThat(interrupted).isTrue();
            assertThat(handle.result().join().finishReason()).isEqualTo(FinishReason.CANCELLED);
            assertThat(budget.used()).isZero();
        }
    }

    @Test
    void anInterruptOfTheEnginesOwnThreadEndsNothing() {
        UnaryOperator<StepScheduler> interrupting = inner -> view -> {
            Thread.currentThread().interrupt();
            return inner.schedule(view);
        };
        try (Engine engine = engine(interrupting)) {
            assertThat(engine.submit(request(1, 10, 20).build(), GenerationListener.NONE).await().tokens()).hasSize(20);
            assertThat(engine.submit(request(2, 10, 20).build(), GenerationListener.NONE).await().tokens()).hasSize(20);
        }
    }
}
