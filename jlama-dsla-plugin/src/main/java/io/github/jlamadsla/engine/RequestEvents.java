package io.github.jlamadsla.engine;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Carries one request's events to its listener, in order, its end last. Requests do not wait for each other: each has a
 * queue of its own, drained by a task of the executor while there is something in it. A listener that falls behind by
 * {@value #MOST_WAITING} events makes its own request pause, so the queue is bounded.
 * <p>
 * A finished answer waits for its listener as long as it takes. Any other end, and an answer of which no more is to be
 * heard, waits for a while: then events that still wait are dropped, and a call in progress outlasts the end. The first
 * end counts.
 */
final class RequestEvents {
    static final int MOST_WAITING = 256;

    private final GenerationListener listener;
    private final Threads threads;
    private final Runnable wake;
    private final CompletableFuture<GenerationResult> result = new CompletableFuture<>();
    private final AtomicReference<End> end = new AtomicReference<>(); // set before it is told
    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> due = new ConcurrentLinkedQueue<>(); // of what is due whoever listens
    /** Events in the queue and in hand; who raises it from 0 starts a drain. */
    private final AtomicInteger pending = new AtomicInteger();
    private volatile Throwable failure;
    private volatile boolean silent;
    private volatile boolean deaf; // there is no drain, and there will be none

    /**
     * @param now starts a thread per task
     * @param later the same, when a listener has had time enough
     */
    record Threads(Executor now, Executor later) {}

    /**
     * @param result null if it failed
     * @param failure null if it did not
     */
    private record End(GenerationResult result, Throwable failure) {}

    /** @param wake tells the engine that the listener failed, or is no longer behind */
    RequestEvents(GenerationListener listener, Threads threads, Runnable wake) {
        this.listener = listener;
        this.threads = threads;
        this.wake = wake;
    }

    CompletableFuture<GenerationResult> result() {
        return result;
    }

    /** What the listener threw, or why it cannot be called, or null: then the request is to end. */
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
        if (end.get() != null) {
            giveUpLater();
        }
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

    /** Something that is due in this order, whether the listener still listens or not; at the latest at the end. */
    void afterwards(Runnable action) {
        due.add(action);
        enqueue(() -> {
            Runnable next = due.poll();
            if (next != null) {
                next.run();
            }
        });
    }

    /** The answer is there. */
    void complete(GenerationResult value) {
        end(new End(value, null));
        if (silent || failure != null) {
            giveUpLater();
        }
    }

    void fail(Throwable cause) {
        end(new End(null, cause));
        giveUpLater();
    }

    /** Fails, and the result is complete on return; an answer that only waits for its listener is told instead. */
    void abort(Throwable cause) {
        end.compareAndSet(null, new End(null, cause));
        giveUp();
    }

    private void end(End what) {
        end.compareAndSet(null, what);
        if (deaf) {
            tell();
        } else {
            enqueue(this::tell);
        }
    }

    private void enqueue(Runnable event) {
        queue.add(event);
        if (pending.getAndIncrement() == 0) {
            try {
                threads.now().execute(this::drain);
            } catch (Throwable e) {
                unheard(e);
            }
        }
    }

    /** There is no thread for the listener, so its request is to end; told by this thread, which is better than never. */
    private void unheard(Throwable cause) {
        deaf = true;
        if (end.get() != null) {
            tell();
        } else {
            failure = cause;
            wake.run();
        }
    }

    private void giveUpLater() {
        if (!result.isDone()) {
            try {
                threads.later().execute(this::giveUp);
            } catch (Throwable e) {
                giveUp();
            }
        }
    }

    private void giveUp() {
        silent = true;
        tell();
    }

    private void tell() {
        for (Runnable action = due.poll(); action != null; action = due.poll()) {
            action.run();
        }
        Throwable cause = failure == null ? end.get().failure() : failure;
        if (cause == null) {
            result.complete(end.get().result());
        } else {
            result.completeExceptionally(cause);
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
