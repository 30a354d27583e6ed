package io.github.jlamadsla.engine;

import java.time.Duration;

/** A request did not end within the time its caller gave it. */
public final class RequestTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param outputTokens how many it had brought by then */
    public RequestTimeoutException(Duration timeout, int outputTokens) {
        super("the request did not end within " + timeout.toMillis() + " ms; it had brought " + outputTokens
                + " tokens");
    }
}
