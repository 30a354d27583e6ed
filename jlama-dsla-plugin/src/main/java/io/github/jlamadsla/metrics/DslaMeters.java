package io.github.jlamadsla.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.github.jlamadsla.engine.EngineObserver;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.StepReport;
import io.github.jlamadsla.serve.LevelMove;
import io.github.jlamadsla.serve.ServerSnapshot;

/**
 * The meters of one runtime, in any number of registries; the package's page lists them.
 * <pre>{@code
 * DslaMeters meters = new DslaMeters();
 * DslaRuntime runtime = DslaRuntime.builder().modelDirectory(directory)
 *         .observer(meters).levelListener(meters::moved).build();
 * meters.watch(runtime::load);
 * meters.bindTo(registry);
 * }</pre>
 * Without {@link #watch} there is no gauge. The two timers hear of requests that end after {@link #bindTo}; counters
 * count from the start. Nothing is done per step but adding to two counters, nothing locks. Usable from any thread.
 */
public final class DslaMeters implements MeterBinder, EngineObserver, AutoCloseable {
    private final Tags common;
    private final RequestMeters requests = new RequestMeters();
    private final MoveMeters moves = new MoveMeters();
    private final List<MeterPart> parts = new ArrayList<>(List.of(requests, moves)); // guarded by this
    private final List<Registration> registrations = new ArrayList<>(); // guarded by this

    /** Meters without tags of their own. */
    public DslaMeters() {
        this(Tags.empty());
    }

    /** @param common tags of all meters, to tell several runtimes in one registry apart */
    public DslaMeters(Iterable<Tag> common) {
        this.common = Tags.of(common);
    }

    /**
     * Adds what a runtime says of itself.
     *
     * @param load {@code runtime::load}; asked whenever a registry reads a gauge
     * @throws IllegalStateException if there is one already
     */
    public void watch(Supplier<ServerSnapshot> load) {
        add(new LoadMeters(load));
        add(new PrefixMeters(load));
    }

    private synchronized void add(MeterPart part) {
        if (parts.stream().anyMatch(other -> other.getClass() == part.getClass())) {
            throw new IllegalStateException("these meters watch a runtime already; allowed: one");
        }
        parts.add(part);
        registrations.forEach(part::register);
    }

    /** Registers all meters; does nothing in a registry that has them from here already. */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        if (registrations.stream().anyMatch(known -> known.registry() == registry)) {
            return;
        }
        Registration registration = new Registration(registry, common);
        parts.forEach(part -> part.register(registration));
        registrations.add(registration);
    }

    /** Takes the meters out of all registries, such as when the runtime is closed. */
    @Override
    public synchronized void close() {
        registrations.forEach(registration -> {
            parts.forEach(part -> part.removed(registration));
            registration.removeAll();
        });
        registrations.clear();
    }

    /** For the runtime's level listener: a move of the global level. */
    public void moved(LevelMove move) {
        moves.moved(move);
    }

    @Override
    public void stepped(StepReport report) {
        requests.stepped(report);
    }

    @Override
    public void ended(GenerationResult result) {
        requests.ended(result);
    }

    @Override
    public void failed(Throwable cause) {
        requests.failed(cause);
    }
}
