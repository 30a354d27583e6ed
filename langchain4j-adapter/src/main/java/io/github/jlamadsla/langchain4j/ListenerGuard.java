package io.github.jlamadsla.langchain4j;

import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.LevelChange;

/**
 * One request's view of the user's listener. It remembers what the listener threw, so that the caller gets its own
 * exception back and not a report of an engine fault.
 */
final class ListenerGuard implements GenerationListener {
    private final GenerationListener delegate;
    private volatile Throwable thrown;

    ListenerGuard(GenerationListener delegate) {
        this.delegate = delegate;
    }

    @Override
    public void onPrefill(int done, int total) {
        guarded(() -> delegate.onPrefill(done, total));
    }

    @Override
    public void onToken(int token, String text) {
        guarded(() -> delegate.onToken(token, text));
    }

    @Override
    public void onRaised(LevelChange change) {
        guarded(() -> delegate.onRaised(change));
    }

    /** What the caller is to hear of what the request failed with: errors, LangChain4j's exceptions and the listener's own stay as they are. */
    Throwable failure(Throwable cause) {
        return cause instanceof Error || cause == thrown ? cause : EngineExceptions.failed(cause);
    }

    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (Throwable e) {
            thrown = e;
            throw e;
        }
    }
}
