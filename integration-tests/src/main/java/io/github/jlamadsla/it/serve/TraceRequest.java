package io.github.jlamadsla.it.serve;

/**
 * A request of a trace. Its text is not kept: seed and length make it again.
 *
 * @param id position in the trace, from 0
 * @param arrival seconds since the trace began
 * @param promptTokens about how long the prompt is; it has a few fewer, to end with a sentence
 * @param outputTokens how long the answer is; it does not end before
 * @param seed of the text
 * @param phase when it comes
 * @param cancelAfter seconds from its arrival until its owner cancels it; 0 for never
 * @param pauseMillis what its consumer takes for each token; 0 for nothing
 */
record TraceRequest(int id, double arrival, int promptTokens, int outputTokens, long seed, Phase phase,
        double cancelAfter, int pauseMillis) {
    TraceRequest {
        if (id < 0 || !(arrival >= 0) || promptTokens < 1 || outputTokens < 1 || !(cancelAfter >= 0)
                || pauseMillis < 0) {
            throw new IllegalArgumentException("request " + id + ": arrival " + arrival + ", prompt " + promptTokens
                    + ", output " + outputTokens + ", cancelled after " + cancelAfter + ", pause " + pauseMillis
                    + "; allowed: 0 or more, prompt and output 1 or more");
        }
    }

    boolean cancelled() {
        return cancelAfter > 0;
    }

    /** Whether its times are those of the server alone: it is not cancelled, and its consumer keeps up. */
    boolean timed() {
        return !cancelled() && pauseMillis == 0;
    }

    /** The same with times in other units. */
    TraceRequest scaled(double arrivalFactor, double cancelFactor) {
        return new TraceRequest(id, arrival * arrivalFactor, promptTokens, outputTokens, seed, phase,
                cancelAfter * cancelFactor, pauseMillis);
    }
}
