package io.github.jlamadsla.metrics;

import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.instrument.Tags;

import io.github.jlamadsla.serve.LevelMove;

/** Moves of the global level. Their reasons are numbers without bound: those are for the log, not for a tag. */
final class MoveMeters implements MeterPart {
    private final LongAdder up = new LongAdder();
    private final LongAdder down = new LongAdder();

    @Override
    public void register(Registration registration) {
        registration.counter("level.moves", "moves", "Moves of the global level", Tags.of("direction", "up"), up::sum);
        registration.counter("level.moves", "moves", "Moves of the global level", Tags.of("direction", "down"),
                down::sum);
    }

    void moved(LevelMove move) {
        if (move.moves()) {
            (move.to() > move.from() ? up : down).increment();
        }
    }
}
