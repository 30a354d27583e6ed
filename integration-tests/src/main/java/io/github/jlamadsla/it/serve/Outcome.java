package io.github.jlamadsla.it.serve;

import java.util.List;

import io.github.jlamadsla.engine.LevelChange;

/**
 * What became of a request, as its consumer saw it. Times are seconds since the trace began; NaN for what did not
 * happen is written as -1, which JSON has.
 *
 * @param id of the request
 * @param end how it ended
 * @param submitted when it was handed over: its arrival, or a little later
 * @param begun when the server began with it, if that is known; else when it was handed over
 * @param firstToken when the first token was heard
 * @param lastToken when the last one was heard
 * @param promptTokens of the prompt
 * @param answer token ids heard
 * @param levels the level history; empty for a server without levels
 * @param right whether the answer was right, null where that cannot be judged
 * @param note what it failed or was refused with
 */
record Outcome(int id, End end, double submitted, double begun, double firstToken, double lastToken, int promptTokens,
        List<Integer> answer, List<LevelChange> levels, Boolean right, String note) {
    static final double NEVER = -1;

    /** How a request ended. */
    enum End {
        /** With its answer. */
        ANSWERED,
        /** Its owner cancelled it. */
        CANCELLED,
        /** It was not taken. */
        REFUSED,
        /** Anything else. */
        FAILED
    }

    Outcome {
        answer = List.copyOf(answer);
        levels = List.copyOf(levels);
    }

    boolean answered() {
        return end == End.ANSWERED;
    }

    /** Seconds per token after the first; NaN if there was none. */
    double secondsPerToken() {
        return answer.size() < 2 ? Double.NaN : (lastToken - firstToken) / (answer.size() - 1);
    }

    /** Layers raised while it ran. */
    int raisedLayers() {
        return levels.isEmpty() ? 0 : levels.getLast().level() - levels.getFirst().level();
    }

    /** The same, judged. */
    Outcome judged(Boolean isRight) {
        return new Outcome(id, end, submitted, begun, firstToken, lastToken, promptTokens, answer, levels, isRight,
                note);
    }
}
