package io.github.jlamadsla.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.MemoryBudgetException;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Room that a request was promised is not lost by what happens to others. Scripted plans, a real engine. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class PromisesTest {
    private static final QueueLimits LIMITS = new QueueLimits(64, 1 << 20);

    @TempDir
    Path directory;

    /** A layer's states are twice as large as one of its pages. */
    private TestRig rig() {
        Path model = TestModels.llama().layers(2).heads(2, 2, 64).widths(128, 256).folding(0, 1)
                .write(directory.resolve("model"));
        return new TestRig(model, "dsla", KvPrecision.F16, TestKernels.vector(), 1);
    }

    private static Engine engine(TestRig rig, TextCodec codec, MemoryBudget budget, StepScheduler scheduler) {
        return new Engine(rig.model, new StepRunner(rig.model, rig.workspace), budget, codec::decoder,
                FirstCome.of(LIMITS).options(rig.model, budget, scheduler));
    }

    private static GenerationRequest request(int prompt, int output) {
        return GenerationRequest.builder().promptTokens(new Random(prompt).ints(prompt, 0, 256).toArray())
                .maxOutputTokens(output).build();
    }

    @Test
    void oneThatFindsNoRoomOutlivesTheFaultOfAnother() {
        try (TestRig rig = rig(); TextCodec codec = TextCodec.open(directory.resolve("model/tokenizer.json"))) {
            MemoryBudget budget = new MemoryBudget(rig.model.sequenceBytes(192, 0));
            AtomicInteger step = new AtomicInteger();
            StepScheduler inner = FirstCome.of(LIMITS).scheduler();
            StepScheduler scripted = view -> {
                if (view.sequences().size() < 3 && step.get() == 0) {
                    return StepPlan.NOTHING;
                }
                List<Long> ids = view.sequences().stream().map(SequenceView::id).toList();
                return switch (step.getAndIncrement()) {
                    case 0 -> new StepPlan(List.of(new StepPlan.Entry(ids.get(0), 0, 10),
                            new StepPlan.Entry(ids.get(1), 0, 150)));
                    case 1 -> {
                        assertThat(view.sequences().get(1).state()).isEqualTo(SequenceView.State.STALLED);
                        yield new StepPlan(List.of(new StepPlan.Entry(ids.get(2), 99, 1)));
                    }
                    default -> inner.schedule(view);
                };
            };
            try (Engine engine = engine(rig, codec, budget, scripted)) {
                GenerationHandle runs = engine.submit(request(10, 20), GenerationListener.NONE);
                GenerationHandle waits = engine.submit(request(150, 10), GenerationListener.NONE);
                GenerationHandle faulty = engine.submit(request(5, 5), GenerationListener.NONE);
                assertThatThrownBy(faulty::await).hasMessageContaining("99");
                assertThat(runs.await().tokens()).hasSize(20);
                assertThat(waits.await().tokens()).hasSize(10);
            }
            assertThat(budget.used()).isZero();
        }
    }

    @Test
    void anOwnersRaiseDoesNotTakeWhatOthersWerePromised() {
        try (TestRig rig = rig(); TextCodec codec = TextCodec.open(directory.resolve("model/tokenizer.json"))) {
            long needs = rig.model.sequenceBytes(55, 0) + rig.model.sequenceBytes(495, 0);
            assertThat(rig.model.sequenceBytes(55, 2)).isGreaterThan(rig.model.sequenceBytes(55, 0));
            MemoryBudget budget = new MemoryBudget(needs);
            AtomicBoolean asked = new AtomicBoolean();
            StepScheduler inner = FirstCome.of(LIMITS).scheduler();
            StepScheduler scripted = new StepScheduler() {
                @Override
                public StepPlan schedule(EngineView view) {
                    boolean bothDecode = view.sequences().size() == 2
                            && view.sequences().stream().allMatch(s -> s.length() > s.promptTokens());
                    return view.sequences().size() < 2 && !asked.get() || bothDecode && !asked.get()
                            ? StepPlan.NOTHING
                            : inner.schedule(view);
                }

                @Override
                public long patience() {
                    return TimeUnit.MILLISECONDS.toNanos(1);
                }
            };
            try (Engine engine = engine(rig, codec, budget, scripted)) {
                CompletableFuture<Void> decodes = new CompletableFuture<>();
                GenerationHandle raised = engine.submit(request(5, 50), new GenerationListener() {
                    @Override
                    public void onToken(int token, String text) {
                        decodes.complete(null);
                    }
                });
                GenerationHandle other = engine.submit(request(6, 489), GenerationListener.NONE);
                decodes.join();
                CompletableFuture<LevelChange> raise = raised.raise(2);
                asked.set(true);
                assertThatThrownBy(raise::join).hasCauseInstanceOf(MemoryBudgetException.class)
                        .hasMessageContaining("beside what others were promised");
                assertThat(raised.await().finalLevel()).isZero();
                assertThat(other.await().tokens()).hasSize(489);
            }
            assertThat(budget.used()).isZero();
        }
    }
}
