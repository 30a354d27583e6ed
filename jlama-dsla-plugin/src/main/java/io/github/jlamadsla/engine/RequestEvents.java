package io.github.jlamadsla.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Carries one request's events to its listener, in order, on the thread of the executor, its end last. */
final class RequestEvents {
    private final GenerationListener listener;
    private final Executor executor;
    private final CompletableFuture<GenerationResult> result = new CompletableFuture<>();
    private volatile Throwable failure;

    /** @param executor runs one task at a time, in order */
    RequestEvents(GenerationListener listener, Executor executor) {
        this.listener = listener;
        this.executor = executor;
    }

    CompletableFuture<GenerationResult> result() {
        return result;
    }

    /** What the listener threw, or null: then the request is to end. */
    Throwable failure() {
        return failure;
    }

    void post(Consumer<GenerationListener> event) {
        executor.execute(() -> {
            if (failure == null) {
                try {
                    event.accept(listener);
                } catch (Throwable e) {
                    failure = e;
                }
            }
        });
    }

    void complete(GenerationResult value) {
        executor.execute(() -> {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        });
    }

    void fail(Throwable cause) {
        executor.execute(() -> result.completeExceptionally(failure == null ? cause : failure));
    }
}
