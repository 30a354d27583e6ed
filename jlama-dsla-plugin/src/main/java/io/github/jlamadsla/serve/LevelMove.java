package io.github.jlamadsla.serve;

/**
 * A policy's decision.
 *
 * @param from the global level now
 * @param to the global level from now on; {@code from} for no move
 * @param cause what it was about, for counters
 * @param reason the numbers that caused it, for the log and the user; empty for no move
 */
public record LevelMove(int from, int to, Cause cause, String reason) {

    /** What a move is about. */
    public enum Cause {
        /** Requests wait too long for their first token. */
        LATENCY,
        /** Memory is short. */
        MEMORY,
        /** Neither: the level falls. */
        CALM,
        /** What the policy alone knows. */
        OTHER
    }

    /** Of a cause that only its reason tells. */
    public LevelMove(int from, int to, String reason) {
        this(from, to, Cause.OTHER, reason);
    }

    /** No move. */
    public static LevelMove stay(int level) {
        return new LevelMove(level, level, "");
    }

    public boolean moves() {
        return to != from;
    }
}
