package io.github.jlamadsla.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;

/**
 * Puts meters into one registry, and takes them out again. Micrometer holds what a meter reads by a weak reference
 * unless told otherwise; ours hold it until they are removed.
 */
final class Registration {
    private static final String PREFIX = "jlamadsla.";

    private final MeterRegistry registry;
    private final Tags common;
    private final List<Meter> meters = new ArrayList<>();

    /** @param common tags of all meters */
    Registration(MeterRegistry registry, Tags common) {
        this.registry = registry;
        this.common = common;
    }

    MeterRegistry registry() {
        return registry;
    }

    /** @param name behind the common prefix, as in all methods here */
    void gauge(String name, String unit, String description, Tags tags, DoubleSupplier value) {
        meters.add(Gauge.builder(PREFIX + name, value, DoubleSupplier::getAsDouble)
                .baseUnit(unit)
                .description(description)
                .tags(common.and(tags))
                .strongReference(true)
                .register(registry));
    }

    void gauge(String name, String unit, String description, DoubleSupplier value) {
        gauge(name, unit, description, Tags.empty(), value);
    }

    void timeGauge(String name, TimeUnit unit, String description, DoubleSupplier value) {
        meters.add(TimeGauge.builder(PREFIX + name, value, unit, DoubleSupplier::getAsDouble)
                .description(description)
                .tags(common)
                .strongReference(true)
                .register(registry));
    }

    void counter(String name, String unit, String description, Tags tags, DoubleSupplier count) {
        // A function counter always holds its object weakly, so it gets one that lives as long as it does.
        meters.add(FunctionCounter.builder(PREFIX + name, registry, _ -> count.getAsDouble())
                .baseUnit(unit)
                .description(description)
                .tags(common.and(tags))
                .register(registry));
    }

    Timer timer(String name, String description) {
        Timer timer = Timer.builder(PREFIX + name)
                .description(description)
                .tags(common)
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(10))
                .register(registry);
        meters.add(timer);
        return timer;
    }

    void removeAll() {
        meters.forEach(registry::remove);
        meters.clear();
    }
}
