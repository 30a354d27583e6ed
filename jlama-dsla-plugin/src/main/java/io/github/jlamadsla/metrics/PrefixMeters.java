package io.github.jlamadsla.metrics;

import java.util.Objects;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;

import io.github.jlamadsla.serve.ServerSnapshot;

/** What a prefix cache's counts say. */
final class PrefixMeters implements MeterPart {
    private final Supplier<ServerSnapshot> load;

    PrefixMeters(Supplier<ServerSnapshot> load) {
        this.load = Objects.requireNonNull(load, "load");
    }

    @Override
    public void register(Registration to) {
        to.counter("prefix.lookups", "requests", "Requests that looked for a prefix", Tags.of("result", "hit"),
                () -> load.get().prefixes().hits());
        to.counter("prefix.lookups", "requests", "Requests that looked for a prefix", Tags.of("result", "miss"),
                () -> load.get().prefixes().misses());
        to.counter("prefix.evictions", "entries", "Prefixes that gave way", Tags.empty(),
                () -> load.get().prefixes().evictions());
        to.gauge("prefix.bytes", BaseUnits.BYTES, "Bytes of prefixes held, those that sequences hold too included",
                () -> load.get().prefixes().bytes());
        to.gauge("prefix.entries", "entries", "Blocks and snapshots held", () -> load.get().prefixes().entries());
    }
}
