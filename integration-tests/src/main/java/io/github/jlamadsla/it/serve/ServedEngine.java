package io.github.jlamadsla.it.serve;

import java.util.concurrent.CompletableFuture;

/** A server that many ask. */
interface ServedEngine extends AutoCloseable {

    /** Hands a request over and returns at once; a refusal is an outcome, too. */
    Asked ask(TracePrompt prompt, TraceClock clock);

    /** Bytes of keys, values, states and prefixes now. */
    long bytesInUse();

    /**
     * How far times to first token were from those it predicted, |real - predicted| / real, the latest counting most;
     * -1 if it predicts none.
     */
    double predictionError();

    @Override
    void close();

    /**
     * A request that was handed over.
     *
     * @param heard what its consumer hears
     * @param outcome completed when it ends, never exceptionally
     * @param cancel ends it
     */
    record Asked(Heard heard, CompletableFuture<Outcome> outcome, Runnable cancel) {}
}
