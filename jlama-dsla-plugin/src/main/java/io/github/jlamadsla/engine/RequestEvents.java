package io.github.jlamadsla.engine;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Carries one request's events to its listener, in order, its end last. Requests do not wait for each other: each has a
 * queue of its own, drained by a task of the executor while there is something in it.
 */
final class RequestEvents {
    private final GenerationListener listener;
    private final Executor executor;
    private final CompletableFuture<GenerationResult> result = new CompletableFuture<>();
    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    /** Events in the queue and in hand; who raises it from 0 starts a drain. */
    private final AtomicInteger pending = new AtomicInteger();
    private volatile Throwable failure;

    /** @param executor starts a thread per task */
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
        enqueue(() -> {
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
        enqueue(() -> {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        });
    }

    void fail(Throwable cause) {
        enqueue(() -> result.completeExceptionally(failure == null ? cause : failure));
    }

    /** Fails at once, even if the listener never returns; events that wait are dropped. */
    void abort(Throwable cause) {
        failure = cause;
        result.completeExceptionally(cause);
    }

    private void enqueue(Runnable event) {
        queue.add(event);
        if (pending.getAndIncrement() == 0) {
            executor.execute(this::drain);
        }
    }

    private void drain() {
        do {
            queue.remove().run();
        } while (pending.decrementAndGet() > 0);
    }
}
