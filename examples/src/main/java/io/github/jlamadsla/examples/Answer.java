package io.github.jlamadsla.examples;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.github.jlamadsla.engine.LevelChange;

/**
 * What the model said, and what it took.
 *
 * @param text the answer
 * @param levels the level it began with, and raises
 * @param promptTokens tokens read
 * @param steps tokens chosen after the first, the end token included
 * @param timeToFirstToken from the question to the first token
 * @param decodeTime from the first token to the last
 * @param memoryBytes most bytes that keys, values and states took
 */
record Answer(String text, List<LevelChange> levels, int promptTokens, int steps, Duration timeToFirstToken,
        Duration decodeTime, long memoryBytes) {
    Answer {
        levels = List.copyOf(levels);
    }

    /** Milliseconds per token after the first; NaN if there was none. */
    double millisPerToken() {
        return steps == 0 ? Double.NaN : decodeTime.toNanos() / 1e6 / steps;
    }

    /** The raise that took place while the prompt was being read, if one did. */
    Optional<LevelChange> raiseWhileReading() {
        return levels.stream()
                .filter(change -> change.position() > 0 && change.position() < promptTokens)
                .reduce((_, last) -> last);
    }

    double secondsToFirstToken() {
        return timeToFirstToken.toNanos() / 1e9;
    }

    double megabytes() {
        return memoryBytes / 1e6;
    }
}
