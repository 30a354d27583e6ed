package io.github.jlamadsla.it.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationResult;

/** What was heard of one request, and whether anything was heard that must not be. Thread-safe. */
final class SoakListener implements GenerationListener {
    private final boolean slow;
    private final List<Integer> tokens = new ArrayList<>();
    private int ends;
    private int afterTheEnd;

    /** @param slow whether each token takes it a while */
    SoakListener(boolean slow) {
        this.slow = slow;
    }

    @Override
    public void onPrefill(int done, int total) {
        event();
    }

    @Override
    public void onToken(int token, String text) {
        event();
        synchronized (this) {
            tokens.add(token);
        }
        if (slow) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private synchronized void event() {
        afterTheEnd += ends;
    }

    /** The request's end, called in the order of its events. */
    synchronized void onEnd() {
        ends++;
    }

    /** Tokens heard so far. */
    synchronized int heard() {
        return tokens.size();
    }

    /** @return what is wrong with what was heard of a request that has failed; empty if nothing */
    synchronized String wrong() {
        return ends == 1 && afterTheEnd == 0 ? "" : ends + " ends and " + afterTheEnd + " events after the end heard";
    }

    /** @return what is wrong with what was heard; empty if nothing */
    synchronized String wrong(GenerationResult result) {
        // One that is cancelled hears no more, while the step that runs may still add a token.
        boolean cut = result.finishReason() == FinishReason.CANCELLED && tokens.size() < result.tokens().size();
        List<Integer> said = cut ? result.tokens().subList(0, tokens.size()) : result.tokens();
        return tokens.equals(said) ? wrong() : "heard were " + tokens + " of " + result.tokens();
    }
}
