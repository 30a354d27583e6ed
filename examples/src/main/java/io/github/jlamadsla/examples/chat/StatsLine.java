package io.github.jlamadsla.examples.chat;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.LevelChange;

/** What an answer cost, in one line. */
final class StatsLine {
    private static final double MEGABYTE = 1e6;

    private StatsLine() {}

    static String of(GenerationResult result) {
        return String.format(Locale.ROOT, "%s%s | %,d%s + %,d tokens | %s to the first | %s | %.1f MB",
                ending(result.finishReason()), levels(result.levels()), result.promptTokens(), cached(result),
                result.tokens().size(), firstToken(result), speed(result), result.peakMemoryBytes() / MEGABYTE);
    }

    private static String ending(FinishReason reason) {
        return switch (reason) {
            case STOP -> "";
            case LENGTH -> "cut off | ";
            case CANCELLED -> "stopped | ";
        };
    }

    /** How many of the prompt's tokens were known from earlier. */
    private static String cached(GenerationResult result) {
        return result.cachedTokens() == 0 ? "" : String.format(Locale.ROOT, " (%,d cached)", result.cachedTokens());
    }

    /** The level, and where it was raised to which. */
    private static String levels(List<LevelChange> history) {
        return "level " + history.getFirst().level() + history.stream().skip(1)
                .map(change -> String.format(Locale.ROOT, ", %d from token %,d", change.level(), change.position()))
                .collect(Collectors.joining());
    }

    private static String firstToken(GenerationResult result) {
        return steps(result) < 0 ? "-" : seconds(result.timings().timeToFirstToken());
    }

    private static String speed(GenerationResult result) {
        long nanos = result.timings().decode().toNanos();
        return steps(result) < 1 || nanos <= 0
                ? "- tokens/s"
                : String.format(Locale.ROOT, "%.1f tokens/s", steps(result) * 1e9 / nanos);
    }

    /** Decode steps, that is choices of a token after the first; the end token was chosen too. -1: none was chosen. */
    private static int steps(GenerationResult result) {
        return result.tokens().size() - (result.finishReason() == FinishReason.STOP ? 0 : 1);
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.2f s", time.toNanos() / 1e9);
    }
}
