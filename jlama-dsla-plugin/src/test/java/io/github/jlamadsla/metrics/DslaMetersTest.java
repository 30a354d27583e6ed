package io.github.jlamadsla.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.LevelChange;
import io.github.jlamadsla.engine.RequestTimeoutException;
import io.github.jlamadsla.engine.StepReport;
import io.github.jlamadsla.memory.PrefixCache;
import io.github.jlamadsla.serve.LevelMove;
import io.github.jlamadsla.serve.LoadSnapshot;
import io.github.jlamadsla.serve.ServerSnapshot;
import io.github.jlamadsla.testing.Allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** By hand-made events and snapshots. */
class DslaMetersTest {
    private static final ServerSnapshot BUSY = new ServerSnapshot(
            new LoadSnapshot(77, new LoadSnapshot.Level(2, 6, 5, Long.MAX_VALUE),
                    new LoadSnapshot.Queue(3, 4_000, 2_500, 1_500_000_000L, 8),
                    new LoadSnapshot.Memory(1_000, 350, 12.5, 4), List.of(9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0),
                    1),
            new ServerSnapshot.Memory(1_000, 400, 250, 50), new ServerSnapshot.Prediction(7, 0.2, 11),
            new ServerSnapshot.Counts(5, new LevelMove(1, 2, "7.00 s to the first token predicted"), 13,
                    Map.of(ServerSnapshot.Refusal.REQUESTS, 3L, ServerSnapshot.Refusal.DEADLINE, 1L)),
            PrefixCache.Counts.NONE);

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final DslaMeters meters = new DslaMeters();

    @Test
    void gaugesSayWhatTheSnapshotSays() {
        meters.bindTo(registry);
        meters.watch(() -> BUSY);

        assertThat(gauge("queue.depth")).isEqualTo(3);
        assertThat(gauge("queue.prompt")).isEqualTo(4_000);
        assertThat(registry.get("jlamadsla.queue.oldest").timeGauge().value(TimeUnit.MILLISECONDS)).isEqualTo(1_500);
        assertThat(gauge("requests.running")).isEqualTo(8);
        assertThat(gauge("requests.stalled")).isEqualTo(4);
        assertThat(gauge("level")).isEqualTo(2);
        assertThat(gauge("level.top")).isEqualTo(6);
        assertThat(gauge("memory.limit")).isEqualTo(1_000);
        assertThat(gauge("memory.used", "kind", "pages")).isEqualTo(400);
        assertThat(gauge("memory.used", "kind", "states")).isEqualTo(250);
        assertThat(gauge("memory.used", "kind", "prefixes")).isEqualTo(50);
        assertThat(registry.get("jlamadsla.prediction.time.to.first.token").timeGauge().value(TimeUnit.SECONDS))
                .isEqualTo(7);
        assertThat(gauge("prediction.error")).isEqualTo(0.2);
        assertThat(count("raised")).isEqualTo(13);
        assertThat(count("requests.refused", "reason", "requests")).isEqualTo(3);
        assertThat(count("requests.refused", "reason", "prompt_tokens")).isZero();
        assertThat(count("requests.refused", "reason", "deadline")).isEqualTo(1);
        assertThat(count("requests.refused", "reason", "memory")).isZero();
    }

    @Test
    void anErrorThatIsNotKnownIsNoNumber() {
        ServerSnapshot fresh = new ServerSnapshot(BUSY.load(), BUSY.memory(),
                new ServerSnapshot.Prediction(0, 0, 0), BUSY.counts(), BUSY.prefixes());
        meters.watch(() -> fresh);
        meters.bindTo(registry);

        assertThat(gauge("prediction.error")).isNaN();
    }

    @Test
    void endedRequestsAreTimed() {
        meters.bindTo(registry);

        meters.ended(result(FinishReason.LENGTH, 5, 0)); // four gaps of 100 ms
        meters.ended(result(FinishReason.STOP, 4, 3)); // the end token makes the fourth

        Timer first = registry.get("jlamadsla.time.to.first.token").timer();
        assertThat(first.count()).isEqualTo(2);
        assertThat(first.max(TimeUnit.MILLISECONDS)).isEqualTo(21);
        assertThat(first.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(42);
        Timer perToken = registry.get("jlamadsla.time.per.output.token").timer();
        assertThat(perToken.count()).isEqualTo(2);
        assertThat(perToken.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(200);
        assertThat(count("prefix.cached")).isEqualTo(3);
        assertThat(count("requests.ended", "outcome", "length")).isEqualTo(1);
        assertThat(count("requests.ended", "outcome", "stop")).isEqualTo(1);
    }

    @Test
    void whatHadNoTokenIsNotTimed() {
        meters.bindTo(registry);

        meters.ended(result(FinishReason.CANCELLED, 0, 0));
        meters.ended(result(FinishReason.LENGTH, 1, 0)); // one token, no gap
        meters.failed(new RequestTimeoutException(Duration.ofSeconds(1), 0));
        meters.failed(new IllegalStateException("fault"));

        assertThat(registry.get("jlamadsla.time.to.first.token").timer().count()).isEqualTo(1);
        assertThat(registry.get("jlamadsla.time.per.output.token").timer().count()).isZero();
        assertThat(count("requests.ended", "outcome", "cancelled")).isEqualTo(1);
        assertThat(count("requests.ended", "outcome", "timeout")).isEqualTo(1);
        assertThat(count("requests.ended", "outcome", "failed")).isEqualTo(1);
    }

    @Test
    void anAnswerThatEndsAtOnceHasAFirstToken() {
        meters.bindTo(registry);

        meters.ended(result(FinishReason.STOP, 0, 0));

        assertThat(registry.get("jlamadsla.time.to.first.token").timer().count()).isEqualTo(1);
        assertThat(registry.get("jlamadsla.time.per.output.token").timer().count()).isZero();
    }

    @Test
    void countersCountFromTheStart() {
        meters.stepped(step());
        meters.moved(new LevelMove(0, 2, "because"));
        meters.moved(new LevelMove(2, 1, "because"));
        meters.moved(new LevelMove(1, 3, "because"));
        meters.moved(LevelMove.stay(3));
        meters.ended(result(FinishReason.LENGTH, 5, 2));

        meters.bindTo(registry);

        assertThat(count("tokens", "phase", "prefill")).isEqualTo(48);
        assertThat(count("tokens", "phase", "decode")).isEqualTo(2);
        assertThat(count("level.moves", "direction", "up", "cause", "other")).isEqualTo(2);
        assertThat(count("level.moves", "direction", "down", "cause", "other")).isEqualTo(1);
        assertThat(count("prefix.cached")).isEqualTo(2);
        assertThat(registry.get("jlamadsla.time.to.first.token").timer().count()).isZero();
    }

    @Test
    void prefixesSayWhatTheirCacheSays() {
        meters.watch(() -> BUSY.with(BUSY.counts().refusals(), new PrefixCache.Counts(9, 4, 1_000, 2, 5_000, 7)));
        meters.bindTo(registry);

        assertThat(count("prefix.lookups", "result", "hit")).isEqualTo(9);
        assertThat(count("prefix.lookups", "result", "miss")).isEqualTo(4);
        assertThat(count("prefix.evictions")).isEqualTo(2);
        assertThat(gauge("prefix.bytes")).isEqualTo(5_000);
        assertThat(gauge("prefix.entries")).isEqualTo(7);
    }

    @Test
    void severalRegistriesHearTheSameAndOneBoundTwiceOnce() {
        MeterRegistry other = new SimpleMeterRegistry();
        meters.bindTo(registry);
        meters.bindTo(other);
        meters.bindTo(registry);

        meters.ended(result(FinishReason.LENGTH, 5, 0));

        for (MeterRegistry each : List.of(registry, other)) {
            assertThat(each.get("jlamadsla.time.to.first.token").timer().count()).isEqualTo(1);
            assertThat(each.get("jlamadsla.requests.ended").tag("outcome", "length").functionCounter().count())
                    .isEqualTo(1);
        }
    }

    @Test
    void runtimesInOneRegistryAreToldApartByTheirTags() {
        DslaMeters small = new DslaMeters(Tags.of("model", "small"));
        DslaMeters large = new DslaMeters(Tags.of("model", "large"));
        for (DslaMeters each : List.of(small, large)) {
            each.bindTo(registry);
            each.watch(() -> BUSY);
        }

        large.ended(result(FinishReason.LENGTH, 5, 0));

        assertThat(registry.getMeters()).allSatisfy(meter -> assertThat(meter.getId().getTag("model")).isNotNull());
        assertThat(count("requests.ended", "outcome", "length", "model", "large")).isEqualTo(1);
        assertThat(count("requests.ended", "outcome", "length", "model", "small")).isZero();
    }

    @Test
    void closedTheyAreGoneFromEveryRegistry() {
        meters.bindTo(registry);
        meters.watch(() -> BUSY);
        assertThat(registry.getMeters()).isNotEmpty();

        meters.close();
        meters.ended(result(FinishReason.LENGTH, 5, 0));

        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void watchesOneRuntime() {
        meters.watch(() -> BUSY);

        assertThatThrownBy(() -> meters.watch(() -> BUSY)).isInstanceOf(IllegalStateException.class)
                .hasMessage("these meters watch a runtime already; allowed: one");
    }

    /** A page that lists a meter that is not there, or leaves one out, misleads whoever builds a dashboard. */
    @Test
    void thePackagePageListsThemAllWithTheirUnits() throws IOException {
        meters.watch(() -> BUSY);
        meters.bindTo(registry);
        String page = Files.readString(Path.of(System.getProperty("jlamadsla.root"), "jlama-dsla-plugin", "src", "main",
                "java", "io", "github", "jlamadsla", "metrics", "package-info.java")).replaceAll("\\R \\* ", " ");

        Map<String, String> listed = Pattern.compile("<td>\\{@code (jlamadsla[a-z.]+)}</td><td>([a-z, ]+)</td>")
                .matcher(page).results()
                .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2)));
        Map<String, String> registered = registry.getMeters().stream().map(Meter::getId)
                .collect(Collectors.toMap(Meter.Id::getName, DslaMetersTest::typeAndUnit, (a, _) -> a));
        assertThat(registered).isEqualTo(listed).hasSize(23);
        Set<String> tags = registry.getMeters().stream().flatMap(meter -> meter.getId().getTags().stream())
                .flatMap(tag -> Stream.of(tag.getKey(), tag.getValue())).collect(Collectors.toCollection(TreeSet::new));
        assertThat(tags).hasSizeGreaterThan(15).allSatisfy(word -> assertThat(page).contains("{@code " + word + "}"));
        assertThat(registry.getMeters()).allSatisfy(
                meter -> assertThat(meter.getId().getDescription()).isNotBlank());
    }

    private static String typeAndUnit(Meter.Id id) {
        String unit = id.getBaseUnit();
        return switch (id.getType()) {
            case TIMER -> "timer";
            case GAUGE -> "gauge, " + ("seconds".equals(unit) ? "time" : unit);
            case COUNTER -> "counter, " + unit;
            default -> id.getType().name();
        };
    }

    @Test
    void aStepAllocatesNothing() {
        meters.bindTo(registry);
        StepReport report = step();
        Runnable steps = () -> {
            for (int i = 0; i < 1_000; i++) {
                meters.stepped(report);
            }
        };
        steps.run();

        assertThat(Allocation.of(steps)).isLessThan(1_000);
    }

    @Test
    void everyRefusalHasAName() {
        Map<ServerSnapshot.Refusal, Long> one = new EnumMap<>(ServerSnapshot.Refusal.class);
        for (ServerSnapshot.Refusal reason : ServerSnapshot.Refusal.values()) {
            one.put(reason, 1L);
        }
        meters.watch(() -> BUSY.with(one, BUSY.prefixes()));
        meters.bindTo(registry);

        assertThat(registry.get("jlamadsla.requests.refused").functionCounters())
                .hasSameSizeAs(ServerSnapshot.Refusal.values())
                .allSatisfy(counter -> assertThat(counter.count()).isEqualTo(1));
    }

    private double gauge(String name, String... tags) {
        return registry.get("jlamadsla." + name).tags(tags).gauge().value();
    }

    private double count(String name, String... tags) {
        return registry.get("jlamadsla." + name).tags(tags).functionCounter().count();
    }

    /** Two prompts of 16 and 32 tokens, two requests that decode. */
    private static StepReport step() {
        return new StepReport(
                List.of(new StepReport.Part(1, 0, 0, 16, false), new StepReport.Part(2, 0, 64, 32, false),
                        new StepReport.Part(3, 2, 90, 1, true), new StepReport.Part(4, 2, 91, 1, true)),
                0, 5_000_000);
    }

    /** 21 ms to the first token, 400 ms to decode. */
    private static GenerationResult result(FinishReason reason, int tokens, int cached) {
        return new GenerationResult(Collections.nCopies(tokens, 9), "text", reason, 7, cached,
                List.of(new LevelChange(0, 2)), new GenerationResult.Timings(Duration.ofMillis(1),
                        Duration.ofMillis(20), Duration.ofMillis(400)),
                4_096);
    }
}
