package io.github.jlamadsla.engine;

import java.util.List;

/** What a step brought. */
record StepResult(List<Part> parts) {
    /** No token yet: prompt tokens are left. */
    static final int NO_TOKEN = -1;

    /**
     * A sequence's part.
     *
     * @param token the token chosen, or {@link #NO_TOKEN}
     * @param failure what went wrong in choosing it, or null
     */
    record Part(Sequence sequence, int token, Throwable failure) {}
}
