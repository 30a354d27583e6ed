package io.github.jlamadsla.engine;

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
}
