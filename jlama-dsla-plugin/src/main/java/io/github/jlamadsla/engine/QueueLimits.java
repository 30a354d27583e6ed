package io.github.jlamadsla.engine;

import java.time.Duration;

/**
 * How much an engine takes on at once; what comes beyond it is refused at once.
 *
 * @param requests most requests that have not ended, 1 or more
 * @param promptTokens most prompt tokens of all of them together, 1 or more
 */
public record QueueLimits(int requests, long promptTokens) {
    public QueueLimits {
        if (requests < 1) {
            throw new IllegalArgumentException("maxQueuedRequests is " + requests + "; allowed: 1 or more");
        }
        if (promptTokens < 1) {
            throw new IllegalArgumentException("maxQueuedPromptTokens is " + promptTokens + "; allowed: 1 or more");
        }
    }

    /**
     * @param retryAfter said in the refusal, or null; never of a prompt that alone is beyond the limit
     * @throws RequestRejectedException if there is no room for one more
     */
    public void check(Admission.Arrival arrival, Admission.Queue queue, Duration retryAfter) {
        check(RequestRejectedException.Reason.REQUESTS, "requests", queue.requests() + 1L, requests, retryAfter);
        check(RequestRejectedException.Reason.PROMPT_TOKENS, "prompt tokens",
                queue.promptTokens() + arrival.promptTokens(), promptTokens,
                arrival.promptTokens() > promptTokens ? null : retryAfter);
    }

    private static void check(RequestRejectedException.Reason reason, String what, long would, long allowed,
            Duration retryAfter) {
        if (would > allowed) {
            throw new RequestRejectedException(reason, "with this request " + would + " " + what
                    + " would not have ended; allowed: at most " + allowed, retryAfter);
        }
    }
}
