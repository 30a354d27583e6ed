package io.github.jlamadsla.examples.chat;

import java.util.Locale;
import java.util.function.Supplier;

import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationResult;

/** One answer as it comes: shows its pieces, and can be stopped from another thread, also before it has begun. */
final class Answering implements GenerationListener {
    private final Output out;
    private int shown; // characters; written by the request's thread, read when the request has ended
    private GenerationHandle handle;
    private boolean stopped;

    Answering(Output out) {
        this.out = out;
    }

    /** @param submit hands the request over */
    GenerationResult await(Supplier<GenerationHandle> submit) {
        GenerationHandle submitted = submit.get();
        synchronized (this) {
            handle = submitted;
            if (stopped) {
                handle.cancel();
            }
        }
        return submitted.await();
    }

    synchronized void stop() {
        stopped = true;
        if (handle != null) {
            handle.cancel();
        }
    }

    /** A long prompt is read for a while; one that is read in a single step says nothing. */
    @Override
    public void onPrefill(int done, int total) {
        if (done < total) {
            out.passing(String.format(Locale.ROOT, "reading, %,d of %,d tokens", done, total));
        }
    }

    @Override
    public void onToken(int token, String text) {
        out.piece(text);
        shown += text.length();
    }

    /** Shows what the pieces had not, and ends the line, if an answer had begun. */
    void end(GenerationResult result) {
        out.piece(result.text().substring(shown));
        if (!result.tokens().isEmpty() || result.finishReason() != FinishReason.CANCELLED) {
            out.endOfAnswer();
        }
    }

    /** Ends the line after a failure, if one was begun. */
    void endAfterFailure() {
        if (shown > 0) {
            out.endOfAnswer();
        }
    }
}
