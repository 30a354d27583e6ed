package io.github.jlamadsla.it.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationResult;

/** What became of all requests, as their callers saw it, to be balanced with what the server says. Thread-safe. */
final class SoakBooks {
    private final long budget;
    private final ServerCounts server;
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong late = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong raised = new AtomicLong();
    private final AtomicLong cached = new AtomicLong();
    private final AtomicLong cancelled = new AtomicLong();
    private final AtomicLong most = new AtomicLong();
    private final List<String> wrong = new ArrayList<>();

    /**
     * @param budget most bytes that may ever be in use
     * @param server hears what the engine says
     */
    SoakBooks(long budget, ServerCounts server) {
        this.budget = budget;
        this.server = server;
    }

    void asked() {
        asked.incrementAndGet();
    }

    void inUse(long bytes) {
        most.accumulateAndGet(bytes, Math::max);
    }

    void refused() {
        refused.incrementAndGet();
    }

    void late(Throwable cause) {
        server.told(cause);
        late.incrementAndGet();
    }

    void ended(GenerationResult result) {
        server.told(result);
        ended.incrementAndGet();
        raised.addAndGet(result.levels().getLast().level() - result.levels().getFirst().level());
        cached.addAndGet(result.cachedTokens());
        cancelled.addAndGet(result.finishReason() == FinishReason.CANCELLED ? 1 : 0);
    }

    /** Something that must not be. */
    synchronized void wrong(String what) {
        wrong.add(what);
    }

    /** Requests that callers saw refused. */
    long refusals() {
        return refused.get();
    }

    /** Requests that have ended. */
    long requests() {
        return ended.get() + late.get();
    }

    /**
     * Closes a round: nothing is open.
     *
     * @throws IllegalStateException if a request got lost or ended twice, or too many bytes were in use
     */
    synchronized void balance() {
        String difference = server.difference(ended.get(), late.get(), refused.get());
        if (!difference.isEmpty()) {
            wrong.add(difference);
        }
        if (asked.get() != requests()) {
            wrong.add(asked + " requests asked, " + requests() + " ended");
        }
        if (most.get() > budget) {
            wrong.add(most + " bytes in use; allowed: " + budget);
        }
        if (!wrong.isEmpty()) {
            throw new IllegalStateException(String.join("; ", wrong));
        }
    }

    /** Numbers for people and for the test, each before its words. */
    @Override
    public synchronized String toString() {
        return asked + " requests, " + refused + " refused, " + late + " too late, " + cancelled + " cancelled, "
                + raised + " layers raised, "
                + cached + " tokens from prefixes, " + most + " bytes counted at most";
    }
}
