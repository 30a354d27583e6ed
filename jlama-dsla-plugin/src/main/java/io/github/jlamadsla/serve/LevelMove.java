package io.github.jlamadsla.serve;

/**
 * A policy's decision.
 *
 * @param from the global level now
 * @param to the global level from now on; {@code from} for no move
 * @param reason the numbers that caused it, for the log and the user; empty for no move
 */
public record LevelMove(int from, int to, String reason) {

    /** No move. */
    public static LevelMove stay(int level) {
        return new LevelMove(level, level, "");
    }

    public boolean moves() {
        return to != from;
    }
}
