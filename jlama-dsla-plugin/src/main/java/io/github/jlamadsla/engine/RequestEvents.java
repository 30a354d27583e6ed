package io.github.jlamadsla.engine;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Carries one request's events to its listener, in order, its end last. Requests do not wait for each other: each has a
 * queue of its own, drained by a task of the executor while there is something in it. A listener that falls behind by
 * {@value #MOST_WAITING} events makes its own request pause, so the queue is bounded.
 */
final class RequestEvents {
    static final int MOST_WAITING = 256;

    private final GenerationListener listener;
    private final Executor executor;
    private final Runnable wake;
    private final CompletableFuture<GenerationResult> result = new CompletableFuture<>();
    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    /** Events in the queue and in hand; who raises it from 0 starts a drain. */
    private final AtomicInteger pending = new AtomicInteger();
    private volatile Throwable failure;
    private volatile boolean silent;

    /**
     * @param executor starts a thread per task
     * @param wake tells the engine that the listener failed, or is no longer behind
     */
    RequestEvents(GenerationListener listener, Executor executor, Runnable wake) {
        this.listener = listener;
        this.executor = executor;
        this.wake = wake;
    }

    CompletableFuture<GenerationResult> result() {
        return result;
    }

    /** What the listener threw, or null: then the request is to end. */
    Throwable failure() {
        return failure;
    }

    /** Whether the listener is so far behind that its request must pause. */
    boolean behind() {
        return pending.get() >= MOST_WAITING;
    }

    /** The listener hears nothing more, of what waits neither; the result still comes. */
    void silence() {
        silent = true;
    }

    void post(Consumer<GenerationListener> event) {
        enqueue(() -> {
            if (failure == null && !silent) {
                try {
                    event.accept(listener);
                } catch (Throwable e) {
                    failure = e;
                    wake.run();
                }
            }
        });
    }

    /** Something that is due in this order, whether the listener still listens or not. */
    void afterwards(Runnable action) {
        enqueue(action);
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
        int left;
        do {
            queue.remove().run();
            left = pending.decrementAndGet();
            if (left == MOST_WAITING - 1) {
                wake.run();
            }
        } while (left > 0);
    }
}
