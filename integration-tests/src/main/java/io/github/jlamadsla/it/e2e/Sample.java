package io.github.jlamadsla.it.e2e;

/**
 * One context length of one trial.
 *
 * @param context tokens of the prompt
 * @param prefillSeconds reading it, the first token's choice included
 * @param decodeSeconds per token after the first
 * @param bytes keys, values and states that the request held at its end
 */
record Sample(int context, double prefillSeconds, double decodeSeconds, long bytes) {

    double prefillTokensPerSecond() {
        return context / prefillSeconds;
    }

    double decodeMilliseconds() {
        return 1e3 * decodeSeconds;
    }
}
