package io.github.jlamadsla.metrics;

import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;

import io.github.jlamadsla.serve.ServerSnapshot;

/** What a runtime's snapshot says: read when the registry asks, so that nothing is done while no one does. */
final class LoadMeters implements MeterPart {
    private static final String REQUESTS = "requests";
    private static final String LAYERS = "layers";

    private final Supplier<ServerSnapshot> load;

    LoadMeters(Supplier<ServerSnapshot> load) {
        this.load = Objects.requireNonNull(load, "load");
    }

    @Override
    public void register(Registration to) {
        registerQueue(to);
        registerLevel(to);
        registerMemory(to);
        to.timeGauge("prediction.time.to.first.token", TimeUnit.SECONDS,
                "Predicted time to the first token of the last in the queue", of(s -> s.prediction().seconds()));
        to.gauge("prediction.error", "ratio", "Mean relative error of the predicted time to the first token",
                of(s -> s.prediction().requests() == 0 ? Double.NaN : s.prediction().error()));
    }

    private void registerQueue(Registration to) {
        to.gauge("queue.depth", REQUESTS, "Requests that have no token yet", of(s -> s.load().queue().requests()));
        to.gauge("queue.prompt", "tokens", "Tokens of their prompts not yet read",
                of(s -> s.load().queue().promptTokens()));
        to.timeGauge("queue.oldest", TimeUnit.NANOSECONDS, "Age of the oldest of them",
                of(s -> s.load().queue().oldest()));
        to.gauge("requests.running", REQUESTS, "Requests that decode", of(s -> s.load().queue().running()));
        to.gauge("requests.stalled", REQUESTS, "Requests that found no memory for their next tokens",
                of(s -> s.load().memory().stalled()));
        for (ServerSnapshot.Refusal reason : ServerSnapshot.Refusal.values()) {
            to.counter("requests.refused", REQUESTS, "Requests that were not taken",
                    Tags.of("reason", reason.name().toLowerCase(Locale.ROOT)),
                    of(s -> s.counts().refusals().get(reason)));
        }
    }

    private void registerLevel(Registration to) {
        to.gauge("level", LAYERS, "The global level", of(s -> s.load().level().global()));
        to.gauge("level.top", LAYERS, "The highest that the global level may come to", of(s -> s.load().level().top()));
        to.counter("raised", LAYERS, "Layers of running requests that were converted", Tags.empty(),
                of(s -> s.counts().raisedLayers()));
    }

    private void registerMemory(Registration to) {
        to.gauge("memory.limit", BaseUnits.BYTES, "Bytes that may be in use", of(s -> s.memory().limit()));
        registerUsed(to, "pages", ServerSnapshot.Memory::pages);
        registerUsed(to, "states", ServerSnapshot.Memory::states);
        registerUsed(to, "prefixes", ServerSnapshot.Memory::prefixes);
    }

    private void registerUsed(Registration to, String kind, ToLongFunction<ServerSnapshot.Memory> bytes) {
        to.gauge("memory.used", BaseUnits.BYTES, "Bytes in use", Tags.of("kind", kind),
                of(s -> bytes.applyAsLong(s.memory())));
    }

    private DoubleSupplier of(ToDoubleFunction<ServerSnapshot> value) {
        return () -> value.applyAsDouble(load.get());
    }
}
