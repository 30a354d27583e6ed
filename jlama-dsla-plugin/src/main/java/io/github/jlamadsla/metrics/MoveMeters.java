package io.github.jlamadsla.metrics;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.instrument.Tags;

import io.github.jlamadsla.serve.LevelMove;

/** Moves of the global level. Their reasons are numbers without bound: those are for the log, a tag has the cause. */
final class MoveMeters implements MeterPart {
    private final Map<LevelMove.Cause, LongAdder> up = adders();
    private final Map<LevelMove.Cause, LongAdder> down = adders();

    private static Map<LevelMove.Cause, LongAdder> adders() {
        Map<LevelMove.Cause, LongAdder> adders = new EnumMap<>(LevelMove.Cause.class);
        for (LevelMove.Cause cause : LevelMove.Cause.values()) {
            adders.put(cause, new LongAdder());
        }
        return adders;
    }

    @Override
    public void register(Registration registration) {
        register(registration, "up", up);
        register(registration, "down", down);
    }

    private static void register(Registration registration, String direction, Map<LevelMove.Cause, LongAdder> moves) {
        moves.forEach((cause, count) -> registration.counter("level.moves", "moves", "Moves of the global level",
                Tags.of("direction", direction, "cause", cause.name().toLowerCase(Locale.ROOT)), count::sum));
    }

    void moved(LevelMove move) {
        if (move.moves()) {
            (move.to() > move.from() ? up : down).get(move.cause()).increment();
        }
    }
}
