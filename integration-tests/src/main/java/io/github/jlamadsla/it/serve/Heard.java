package io.github.jlamadsla.it.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.jlamadsla.engine.LevelChange;
import io.github.jlamadsla.it.serve.Outcome.End;

/** What a consumer hears of its request. Written by one thread at a time, read after the end. */
final class Heard {
    private final TracePrompt prompt;
    private final TraceClock clock;
    private final double submitted;
    private final List<Integer> tokens = new ArrayList<>();
    private volatile double begun;
    private volatile double first = Outcome.NEVER;
    private volatile double last = Outcome.NEVER;

    Heard(TracePrompt prompt, TraceClock clock) {
        this.prompt = prompt;
        this.clock = clock;
        this.submitted = clock.now();
        this.begun = submitted;
    }

    /** The server begins with it. */
    void begins() {
        begun = clock.now();
    }

    void token(int token) {
        last = clock.now();
        if (first < 0) {
            first = last;
        }
        synchronized (tokens) {
            tokens.add(token);
        }
        if (prompt.request().pauseMillis() > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(prompt.request().pauseMillis()));
        }
    }

    /** Whether the first token has been heard. */
    boolean started() {
        return first >= 0;
    }

    Outcome ended(End end, List<LevelChange> levels, String note) {
        synchronized (tokens) {
            return new Outcome(prompt.request().id(), end, submitted, begun, first, last, prompt.tokens().size(),
                    tokens, levels, null, note);
        }
    }
}
