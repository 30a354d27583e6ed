package io.github.jlamadsla.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.MemoryBudgetException;
import io.github.jlamadsla.memory.PrefixCache;
import io.github.jlamadsla.serve.AdmissionQueue;
import io.github.jlamadsla.serve.LengthCaps;
import io.github.jlamadsla.serve.LengthCaps.LengthClass;
import io.github.jlamadsla.serve.LevelBounds;
import io.github.jlamadsla.serve.LevelMode;
import io.github.jlamadsla.serve.LevelMove;
import io.github.jlamadsla.serve.LevelPolicy;
import io.github.jlamadsla.serve.QualityLimit;
import io.github.jlamadsla.serve.SequenceSizes;
import io.github.jlamadsla.serve.ServeScheduler;
import io.github.jlamadsla.serve.ServerSnapshot;
import io.github.jlamadsla.serve.StepCosts;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A real engine whose memory runs short: raised instead of refused, answers as given alone, no byte too many. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TightBudgetTest {
    private static final LevelPolicy STILL = load -> LevelMove.stay(load.level().global());
    private static final QualityLimit ANY = new QualityLimit(9, 9);
    private static final LengthCaps WIDE = new LengthCaps(List.of(new LengthClass(0, 1)));

    @TempDir
    private static Path directory;
    private static Path path;
    private static TestRig rig;
    private static TextCodec codec;

    @BeforeAll
    static void load() {
        path = TestModels.llama().layers(4).folding(2, 0, 3).write(directory.resolve("model"));
        rig = new TestRig(path, "dsla", KvPrecision.F16, TestKernels.vector(), 1);
        codec = TextCodec.open(path.resolve("tokenizer.json"));
    }

    @AfterAll
    static void close() {
        codec.close();
        rig.close();
    }

    /** A server with a scheduler of its own, and what its budget was used for. */
    private static final class Server implements AutoCloseable {
        final MemoryBudget budget;
        final AtomicLong peak = new AtomicLong();
        final ServeScheduler scheduler;
        final Engine engine;

        Server(long limit, LengthCaps caps) {
            this(limit, caps, 0);
        }

        /** @param prefixes share of the budget that they may take, 0 for none */
        Server(long limit, LengthCaps caps, double prefixes) {
            budget = new MemoryBudget(limit);
            try (HybridCheckpoint checkpoint = HybridCheckpoint.open(path, "dsla", true)) {
                LevelBounds bounds = new LevelBounds(LevelMode.adaptive(caps, ANY, STILL), checkpoint.dsla(), 4);
                SequenceSizes sizes = new SequenceSizes(rig.model::sequenceBytes, bounds, true, limit);
                scheduler = new ServeScheduler(sizes, 32, StepCosts.measured(4, 3, List.of()), _ -> {
                });
                AdmissionQueue admission = new AdmissionQueue(sizes, new QueueLimits(100, 1 << 20), scheduler,
                        System::nanoTime);
                engine = new Engine(rig.model, new StepRunner(rig.model, rig.workspace), budget, codec::decoder,
                        new EngineOptions(scheduler, admission, Set.of(), observer(), System::nanoTime,
                                prefixes == 0 ? null : new PrefixCache(budget, prefixes, "model")));
            }
        }

        private EngineObserver observer() {
            return new EngineObserver() {
                @Override
                public void stepped(StepReport report) {
                    peak.accumulateAndGet(budget.used(), Math::max);
                }
            };
        }

        /** What the scheduler has seen when nobody was left. */
        ServerSnapshot idle() throws InterruptedException {
            while (scheduler.latest().memory().used() > 0 || scheduler.latest().load().queue().running() > 0) {
                Thread.sleep(1);
            }
            return scheduler.latest();
        }

        @Override
        public void close() {
            engine.close();
            assertThat(budget.used()).isZero();
        }
    }

    private static GenerationRequest request(int seed, int prompt, int output) {
        return GenerationRequest.builder().promptTokens(new Random(seed).ints(prompt, 0, 256).toArray())
                .maxOutputTokens(output).build();
    }

    private static void isAsAlone(GenerationRequest request, GenerationResult result) {
        assertThat(result.tokens()).isEqualTo(new Alone(rig).answer(request.promptTokens(), result.levels(),
                request.maxOutputTokens()));
    }

    @Test
    void theBudgetUsedUpInTheMiddleOfAPromptRaisesItAndItGoesOn() throws Exception {
        // Alone it fits at the top only, and the reserve of a layer's states is there too.
        long limit = rig.model.sequenceBytes(640, 3) + 5 * rig.model.sequenceBytes(0, 1)
                + 3 * (rig.model.sequenceBytes(1, 0) / 4);
        assertThat(rig.model.sequenceBytes(600, 0)).isGreaterThan(limit);
        try (Server server = new Server(limit, WIDE)) {
            GenerationRequest request = request(1, 600, 20);
            GenerationResult result = server.engine.submit(request, GenerationListener.NONE).await();
            assertThat(result.levels()).hasSizeGreaterThan(1);
            assertThat(result.levels().getFirst()).isEqualTo(new LevelChange(0, 0));
            assertThat(result.levels().getLast().position()).isBetween(1, 600);
            isAsAlone(request, result);
            assertThat(server.idle().counts().moves()).isPositive();
            assertThat(server.idle().counts().raisedLayers()).isEqualTo(result.finalLevel());
            assertThat(result.peakMemoryBytes()).isLessThanOrEqualTo(limit);
        }
    }

    @Test
    void manyUnderATightBudgetAllFinishAsIfAlone() throws Exception {
        long limit = 3 * rig.model.sequenceBytes(400, 3) + 4 * rig.model.sequenceBytes(0, 1);
        try (Server server = new Server(limit, WIDE)) {
            List<GenerationRequest> requests = new ArrayList<>();
            List<GenerationHandle> handles = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                requests.add(request(i, 100 + 17 * i, 40));
                handles.add(server.engine.submit(requests.getLast(), GenerationListener.NONE));
            }
            List<GenerationResult> results = handles.stream().map(GenerationHandle::await).toList();
            int raised = results.stream().mapToInt(r -> r.levels().size() - 1).sum();
            assertThat(raised).isPositive();
            assertThat(server.idle().counts().raisedLayers()).isEqualTo(raised);
            assertThat(server.peak.get()).isBetween(limit / 2, limit);
            for (int i = 0; i < 16; i++) {
                isAsAlone(requests.get(i), results.get(i));
            }
        }
    }

    /** A prefix that was free while the cache alone held it is not any more once a sequence has begun with it. */
    @Test
    void aLargePrefixTakesNoRoomThatOthersNeed() {
        long page = rig.model.sequenceBytes(1, 0) / 4;
        for (int pages = 0; pages <= 4; pages++) {
            long limit = rig.model.sequenceBytes(704, 0) + rig.model.sequenceBytes(640, 0) + pages * page;
            try (Server server = new Server(limit, WIDE, 1)) {
                server.engine.submit(request(2, 641, 1), GenerationListener.NONE).await();
                GenerationRequest first = request(1, 650, 300);
                GenerationRequest second = request(2, 660, 20);
                GenerationHandle one = server.engine.submit(first, GenerationListener.NONE);
                GenerationHandle two = server.engine.submit(second, GenerationListener.NONE);
                List<GenerationResult> results = List.of(one.await(), two.await());
                isAsAlone(first, results.get(0));
                isAsAlone(second, results.get(1));
                assertThat(server.peak.get()).isLessThanOrEqualTo(limit);
            }
        }
    }

    @Test
    void chatsWithCommonBeginningsUnderATightBudgetAllFinishAsIfAlone() {
        int cached = 0;
        int raised = 0;
        for (int seed = 0; seed < 8; seed++) {
            Random random = new Random(seed);
            long limit = (2 + seed % 2) * rig.model.sequenceBytes(500, 3) + (5 + seed) * rig.model.sequenceBytes(0, 1);
            try (Server server = new Server(limit, WIDE, seed % 4 == 0 ? 1 : .5)) {
                List<GenerationRequest> requests = new ArrayList<>();
                List<GenerationHandle> handles = new ArrayList<>();
                for (int i = 0; i < 14; i++) {
                    // The shorter ones are beginnings of the longer ones.
                    GenerationRequest whole = request(100 + random.nextInt(3), 60 + random.nextInt(400), 30);
                    requests.add(random.nextInt(4) > 0
                            ? whole
                            : GenerationRequest.builder().promptTokens(whole.promptTokens()).maxOutputTokens(30)
                                    .level(random.nextInt(4)).build());
                    handles.add(server.engine.submit(requests.getLast(), GenerationListener.NONE));
                }
                List<GenerationResult> results = handles.stream().map(GenerationHandle::await).toList();
                for (int i = 0; i < requests.size(); i++) {
                    GenerationResult result = results.get(i);
                    isAsAlone(requests.get(i), result);
                    cached += result.cachedTokens();
                    raised += result.levels().size() - 1;
                }
                assertThat(server.peak.get()).isLessThanOrEqualTo(limit);
            }
        }
        assertThat(cached).isPositive();
        assertThat(raised).isPositive();
    }

    @Test
    void aPromptThatFitsAtNoAllowedLevelIsRefusedBeforeItStarts() {
        LengthCaps caps = new LengthCaps(List.of(new LengthClass(0, .25)));
        long limit = rig.model.sequenceBytes(640, 3);
        try (Server server = new Server(limit, caps)) {
            assertThatThrownBy(() -> server.engine.submit(request(1, 600, 20), GenerationListener.NONE))
                    .isInstanceOf(MemoryBudgetException.class).hasMessageContaining("620 tokens at level 1");
            assertThat(server.budget.used()).isZero();
        }
    }

    @Test
    void aCallersRaiseIsWholeAndAtOnce() {
        try (Server server = new Server(1 << 24, WIDE)) {
            GenerationRequest request = request(2, 200, 60);
            GenerationHandle handle = server.engine.submit(request, GenerationListener.NONE);
            LevelChange change = handle.raise(3).join();
            assertThat(change.level()).isEqualTo(3);
            GenerationResult result = handle.await();
            assertThat(result.levels().getLast()).isEqualTo(change);
            assertThat(result.levels().size()).isLessThanOrEqualTo(2);
            isAsAlone(request, result);
        }
    }
}
