package io.github.jlamadsla.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.RequestRejectedException;
import io.github.jlamadsla.engine.RequestTimeoutException;
import io.github.jlamadsla.serve.LengthCaps;
import io.github.jlamadsla.serve.LevelMode;
import io.github.jlamadsla.serve.LevelMove;
import io.github.jlamadsla.serve.QualityLimit;
import io.github.jlamadsla.testing.TestModels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

/** On a small model that runs: the meters against what the requests themselves say. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class DslaMetersOnARuntimeTest {
    private static final int PROMPT = 20;
    private static final int OUTPUT = 6;
    private static final long LIMIT = 64L << 20;

    @TempDir
    private static Path directory;
    private static Path model;

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final DslaMeters meters = new DslaMeters();

    @BeforeAll
    static void write() throws IOException {
        // No end token anywhere: a random model would stop at random.
        model = TestModels.llama().layers(4).folding(2, 0, 3).config(c -> c.remove("eos_token_id"))
                .write(directory.resolve("model"));
        Files.writeString(model.resolve("tokenizer_config.json"), "{}");
    }

    private DslaRuntime.Builder builder() {
        return DslaRuntime.builder().modelDirectory(model).threads(1).warmUp(Duration.ZERO).memoryLimit(LIMIT)
                .prefixCache(0).observer(meters).levelListener(meters::moved);
    }

    private DslaRuntime open(DslaRuntime.Builder builder) {
        DslaRuntime runtime = builder.build();
        meters.watch(runtime::load);
        meters.bindTo(registry);
        return runtime;
    }

    private static GenerationRequest.Builder request(int seed) {
        return GenerationRequest.builder().promptTokens(new Random(seed).ints(PROMPT, 0, 256).toArray())
                .maxOutputTokens(OUTPUT);
    }

    @Test
    void timersAndCountersAreThoseOfTheResults() {
        List<GenerationResult> results = new ArrayList<>();
        try (DslaRuntime runtime = open(builder().levelMode(LevelMode.fixed(1)))) {
            List<GenerationHandle> handles = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                handles.add(runtime.submit(request(i).build(), GenerationListener.NONE));
            }
            handles.forEach(handle -> results.add(handle.await()));
        }

        Timer first = registry.get("jlamadsla.time.to.first.token").timer();
        assertThat(first.count()).isEqualTo(5);
        assertThat(first.totalTime(TimeUnit.NANOSECONDS)).isCloseTo(
                results.stream().mapToLong(result -> result.timings().timeToFirstToken().toNanos()).sum(), within(1e3));
        Timer perToken = registry.get("jlamadsla.time.per.output.token").timer();
        assertThat(perToken.count()).isEqualTo(5);
        assertThat(perToken.totalTime(TimeUnit.NANOSECONDS)).isCloseTo(
                results.stream().mapToLong(result -> result.timings().decode().toNanos() / (OUTPUT - 1)).sum(),
                within(1e3));
        assertThat(count("requests.ended", "outcome", "length")).isEqualTo(5);
        assertThat(count("tokens", "phase", "prefill")).isEqualTo(5 * PROMPT);
        assertThat(count("tokens", "phase", "decode")).isEqualTo(5 * (OUTPUT - 1));
        assertThat(gauge("memory.limit")).isEqualTo(LIMIT);
        assertThat(gauge("level")).isZero();
    }

    @Test
    void refusalsAndTimeoutsAreCounted() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch hold = new CountDownLatch(1);
        try (DslaRuntime runtime = open(builder().maxQueuedRequests(1))) {
            GenerationHandle held = runtime.submit(request(1).maxOutputTokens(1_000).timeout(Duration.ofSeconds(1))
                    .build(), new GenerationListener() {
                        @Override
                        public void onToken(int token, String text) {
                            running.countDown();
                            join(hold);
                        }
                    });
            running.await();
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> runtime.submit(request(2).build(), GenerationListener.NONE))
                        .isInstanceOf(RequestRejectedException.class);
            }
            assertThat(count("requests.refused", "reason", "requests")).isEqualTo(3);
            // It pauses while its listener waits, and so cannot be done in time, however quick the machine.
            while (count("requests.ended", "outcome", "timeout") < 1) {
                Thread.sleep(5);
            }
            hold.countDown();
            assertThatThrownBy(held::await).isInstanceOf(RequestTimeoutException.class);
            assertThat(count("requests.ended", "outcome", "timeout")).isEqualTo(1);
        }
    }

    @Test
    void movesAndRaisedLayersAreCounted() throws Exception {
        LevelMode eager = LevelMode.adaptive(new LengthCaps(List.of(new LengthCaps.LengthClass(0, 1))),
                QualityLimit.DEFAULT, load -> load.queue().running() > 0 && load.level().global() < 2
                        ? new LevelMove(load.level().global(), load.level().global() + 1, "a test")
                        : LevelMove.stay(load.level().global()));
        try (DslaRuntime runtime = open(builder().levelMode(eager))) {
            GenerationHandle handle = runtime.submit(request(1).maxOutputTokens(1_500).build(),
                    GenerationListener.NONE);
            while (count("level.moves", "direction", "up", "cause", "other") < 2) {
                Thread.sleep(5);
            }
            handle.raise(3).get();
            handle.cancel();
            handle.await();
            // One more, so that a snapshot after the raise is certain.
            runtime.generate(request(2).build(), GenerationListener.NONE);
            assertThat(gauge("level")).isEqualTo(2);
            assertThat(gauge("level.top")).isEqualTo(3);
            assertThat(count("level.moves", "direction", "up", "cause", "other")).isEqualTo(2);
            assertThat(count("level.moves", "direction", "down", "cause", "other")).isZero();
            assertThat(count("raised")).isPositive();
            assertThat(count("requests.ended", "outcome", "cancelled")).isEqualTo(1);
        }
    }

    private static void join(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private double gauge(String name, String... tags) {
        return registry.get("jlamadsla." + name).tags(tags).gauge().value();
    }

    private double count(String name, String... tags) {
        return registry.get("jlamadsla." + name).tags(tags).functionCounter().count();
    }
}
