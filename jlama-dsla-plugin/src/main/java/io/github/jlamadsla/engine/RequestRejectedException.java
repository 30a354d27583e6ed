package io.github.jlamadsla.engine;

import java.time.Duration;
import java.util.Locale;

/** A request was not taken, for now; it may be tried again later. */
public final class RequestRejectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why a request was not taken. */
    public enum Reason {
        /** As many requests as may be have not ended. */
        REQUESTS,
        /** Their prompts have as many tokens as may be. */
        PROMPT_TOKENS,
        /** Its deadline would pass before its first token. */
        DEADLINE
    }

    private final Reason reason;
    private final Duration retryAfter;

    /**
     * @param detail what there is and what is allowed
     * @param retryAfter when a retry may succeed, or null if that is not known
     */
    public RequestRejectedException(Reason reason, String detail, Duration retryAfter) {
        super(detail + ". Try again " + (retryAfter == null
                ? "later"
                : String.format(Locale.ROOT, "in %.1f s", retryAfter.toMillis() / 1e3)));
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    public Reason reason() {
        return reason;
    }

    /** When a retry may succeed, or null if that is not known. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
