package io.github.jlamadsla.metrics;

import java.util.Objects;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Tags;

/** What a prefix cache's counts say. */
final class PrefixMeters implements MeterPart {
    private final Supplier<PrefixCounts> counts;

    PrefixMeters(Supplier<PrefixCounts> counts) {
        this.counts = Objects.requireNonNull(counts, "counts");
    }

    @Override
    public void register(Registration to) {
        to.counter("prefix.lookups", "requests", "Requests that looked for a prefix", Tags.of("result", "hit"),
                () -> counts.get().hits());
        to.counter("prefix.lookups", "requests", "Requests that looked for a prefix", Tags.of("result", "miss"),
                () -> counts.get().misses());
        to.counter("prefix.evictions", "entries", "Prefixes that gave way", Tags.empty(),
                () -> counts.get().evictions());
    }
}
