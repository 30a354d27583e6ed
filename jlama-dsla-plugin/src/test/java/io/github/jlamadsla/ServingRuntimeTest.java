package io.github.jlamadsla;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.engine.EngineObserver;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.LevelChange;
import io.github.jlamadsla.engine.RequestRejectedException;
import io.github.jlamadsla.engine.StepReport;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.serve.LengthCaps;
import io.github.jlamadsla.serve.LengthCaps.LengthClass;
import io.github.jlamadsla.serve.LevelMode;
import io.github.jlamadsla.serve.LevelMove;
import io.github.jlamadsla.serve.LevelPolicy;
import io.github.jlamadsla.serve.QualityLimit;
import io.github.jlamadsla.serve.ServerSnapshot;
import io.github.jlamadsla.serve.ServerSnapshot.Refusal;
import io.github.jlamadsla.serve.StepCosts;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The runtime as a server: what its options wire, and what it tells of itself. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ServingRuntimeTest {
    private static final LengthCaps WIDE = new LengthCaps(List.of(new LengthClass(0, 1)));

    @TempDir
    private static Path directory;
    private static Path model;

    @BeforeAll
    static void write() throws IOException {
        // No end token anywhere: a random model would stop at random.
        model = TestModels.llama().layers(4).folding(2, 0, 3).config(c -> c.remove("eos_token_id"))
                .write(directory.resolve("model"));
        Files.writeString(model.resolve("tokenizer_config.json"), "{}");
    }

    private static DslaRuntime.Builder builder() {
        return DslaRuntime.builder().warmUp(Duration.ZERO).modelDirectory(model).threads(1);
    }

    private static GenerationRequest.Builder request(int seed, int length) {
        return GenerationRequest.builder().promptTokens(new Random(seed).ints(length, 0, 256).toArray())
                .maxOutputTokens(12);
    }

    private static GenerationResult answer(DslaRuntime runtime) {
        return runtime.generate(request(1, 20).build(), GenerationListener.NONE);
    }

    private static LevelMode wants(int level) {
        LevelPolicy policy = load -> new LevelMove(load.level().global(), level, "a test");
        return LevelMode.adaptive(WIDE, new QualityLimit(9, 9), policy);
    }

    @Test
    void withoutLoadTheDefaultServesAtLevelZero() {
        try (DslaRuntime runtime = builder().build()) {
            assertThat(answer(runtime).levels()).containsExactly(new LevelChange(0, 0));
            assertThat(runtime.load().load().level().global()).isZero();
        }
    }

    @Test
    void movesAreToldAndNewRequestsFollow() {
        List<LevelMove> moves = new CopyOnWriteArrayList<>();
        try (DslaRuntime runtime = builder().levelMode(wants(2)).levelListener(moves::add).build()) {
            assertThat(answer(runtime).levels()).containsExactly(new LevelChange(0, 2));
            assertThat(moves).containsExactly(new LevelMove(0, 2, "a test"));
            ServerSnapshot.Counts counts = runtime.load().counts();
            assertThat(counts.moves()).isOne();
            assertThat(counts.lastMove()).isEqualTo(moves.getFirst());
        }
    }

    /** A chat that began in quiet times must not stay at that level when load has come. */
    @Test
    void aPrefixOfALowerLevelIsRaisedToThePlannedOneALayerAStep() {
        for (LevelMode mode : List.of(wants(2), LevelMode.lengthClasses(WIDE, new QualityLimit(9, 9)))) {
            int planned = mode instanceof LevelMode.Adaptive ? 2 : 3;
            try (DslaRuntime runtime = builder().levelMode(mode).prefillChunk(64).build()) {
                runtime.generate(request(5, 300).level(0).build(), GenerationListener.NONE);
                GenerationResult again = runtime.generate(request(5, 600).build(), GenerationListener.NONE);
                assertThat(again.cachedTokens()).isEqualTo(256);
                assertThat(again.levels()).hasSize(planned + 1).startsWith(new LevelChange(0, 0))
                        .endsWith(new LevelChange(256 + 64 * planned, planned));
            }
        }
    }

    @Test
    void aFixedLevelTakesNoPrefixOfAnother() {
        try (DslaRuntime runtime = builder().levelMode(LevelMode.fixed(2)).build()) {
            runtime.generate(request(5, 300).level(0).build(), GenerationListener.NONE);
            runtime.generate(request(5, 300).level(3).build(), GenerationListener.NONE);
            GenerationResult again = runtime.generate(request(5, 600).build(), GenerationListener.NONE);
            assertThat(again.cachedTokens()).isZero();
            assertThat(again.levels()).containsExactly(new LevelChange(0, 2));
        }
    }

    @Test
    void errorsOfUsersCodeDoNoHarmEither() {
        LevelPolicy broken = _ -> {
            throw new AssertionError("a policy's");
        };
        try (DslaRuntime runtime = builder().levelMode(LevelMode.adaptive(WIDE, QualityLimit.DEFAULT, broken))
                .observer(new EngineObserver() {
                    @Override
                    public void stepped(StepReport report) {
                        throw new NoClassDefFoundError("an observer's");
                    }
                }).build()) {
            assertThat(answer(runtime).tokens()).hasSize(12);
            assertThat(answer(runtime).tokens()).hasSize(12);
        }
        try (DslaRuntime runtime = builder().levelMode(wants(1)).levelListener(_ -> {
            throw new AssertionError("a listener's");
        }).build()) {
            assertThat(answer(runtime).finalLevel()).isOne();
        }
    }

    @Test
    void aListenerOfMovesThatThrowsDoesNoHarm() {
        try (DslaRuntime runtime = builder().levelMode(wants(1)).levelListener(_ -> {
            throw new IllegalStateException("a listener's bug");
        }).build()) {
            assertThat(answer(runtime).finalLevel()).isOne();
        }
    }

    @Test
    void anObserverHearsAndItsExceptionsDoNoHarm() {
        AtomicInteger ended = new AtomicInteger();
        AtomicInteger tokens = new AtomicInteger();
        try (DslaRuntime runtime = builder().observer(new EngineObserver() {
            @Override
            public void stepped(StepReport report) {
                report.parts().forEach(p -> tokens.addAndGet(p.tokens()));
                throw new IllegalStateException("an observer's bug");
            }

            @Override
            public void ended(GenerationResult result) {
                ended.incrementAndGet();
                throw new IllegalStateException("an observer's bug");
            }
        }).build()) {
            assertThat(answer(runtime).tokens()).hasSize(12);
            assertThat(ended).hasValue(1);
            assertThat(tokens).hasValue(20 + 11);
        }
    }

    @Test
    void refusalsAreCountedByReason() {
        try (DslaRuntime runtime = builder().maxQueuedRequests(1).memoryLimit(1 << 20).build()) {
            assertThat(runtime.load().counts().refusals()).containsOnlyKeys(Refusal.values());
            assertThat(runtime.load().memory().limit()).isEqualTo(1 << 20);
            GenerationHandle running = runtime.submit(request(1, 10).maxOutputTokens(1_000).build(),
                    GenerationListener.NONE);
            assertThatThrownBy(() -> answer(runtime)).isInstanceOf(RequestRejectedException.class);
            running.cancel();
            running.await();
            assertThat(runtime.load().counts().refusals()).containsEntry(Refusal.REQUESTS, 1L);
            assertThat(runtime.load().counts().allRefusals()).isOne();
        }
    }

    @Test
    void theShareOfPrefixesIsChecked() {
        assertThatThrownBy(() -> builder().prefixCache(.91)).hasMessageContaining("prefixCache is 0.91; allowed: 0 to");
        assertThatThrownBy(() -> builder().prefixCache(-.1)).hasMessageContaining("prefixCache is -0.1");
        assertThatThrownBy(() -> builder().prefixCache(Double.NaN)).hasMessageContaining("prefixCache is NaN");
    }

    @Test
    void startRatesAreMeasuredAtTheLowestAndTheHighestLevelWithinTheirTime() {
        AtomicLong clock = new AtomicLong();
        try (TestRig rig = new TestRig(model, "dsla", KvPrecision.F16, TestKernels.vector(), 1)) {
            StartRates rates = new StartRates(rig.model, rig.workspace, MemoryBudget.unlimited(),
                    () -> clock.getAndAdd(1_000_000));
            List<StepCosts.Sample> samples = rates.measure(64, Duration.ofSeconds(1));
            assertThat(samples).extracting(StepCosts.Sample::level).containsExactly(0, 0, 3, 3, 0, 0, 3, 3);
            assertThat(samples).extracting(StepCosts.Sample::tokens).containsExactly(64, 1, 64, 1, 64, 1, 64, 1);
            assertThat(samples).extracting(StepCosts.Sample::from)
                    .containsExactly(0, 64, 0, 64, 1_024, 1_088, 1_024, 1_088);
            assertThat(samples).extracting(StepCosts.Sample::seconds).containsOnly(1e-3);
            assertThat(rates.measure(64, Duration.ZERO)).isEmpty();
            assertThat(rates.measure(64, Duration.ofMillis(3))).hasSize(2);
        }
    }

    /** What the forecast's share of prompts that are read is measured by. */
    @Test
    void aPromptsFirstPartBeginsBehindItsPrefix() {
        List<StepReport.Part> first = new CopyOnWriteArrayList<>();
        try (DslaRuntime runtime = builder().observer(new EngineObserver() {
            @Override
            public void stepped(StepReport report) {
                report.parts().stream().filter(p -> first.stream().noneMatch(f -> f.sequence() == p.sequence()))
                        .forEach(first::add);
            }
        }).build()) {
            runtime.generate(request(1, 200).build(), GenerationListener.NONE);
            GenerationResult again = runtime.generate(request(1, 200).build(), GenerationListener.NONE);
            assertThat(again.cachedTokens()).isPositive();
            assertThat(first).extracting(StepReport.Part::from).containsExactly(0, again.cachedTokens());
        }
    }

    @Test
    void startRatesKeepToTheBudgetAndLeaveOutWhatDoesNotFit() {
        try (TestRig rig = new TestRig(model, "dsla", KvPrecision.F16, TestKernels.vector(), 1)) {
            MemoryBudget small = new MemoryBudget(rig.model.sequenceBytes(65, 0));
            StartRates rates = new StartRates(rig.model, rig.workspace, small, System::nanoTime);
            assertThat(rates.measure(64, Duration.ofMinutes(1))).extracting(StepCosts.Sample::from).contains(0, 64)
                    .doesNotContain(1_024);
            assertThat(small.used()).isZero();
            MemoryBudget none = new MemoryBudget(1);
            assertThat(new StartRates(rig.model, rig.workspace, none, System::nanoTime)
                    .measure(64, Duration.ofMinutes(1))).isEmpty();
            assertThat(none.used()).isZero();
        }
    }
}
