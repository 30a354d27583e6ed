package io.github.jlamadsla.engine;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.MemoryBudgetException;
import io.github.jlamadsla.model.HybridModel;
import io.github.jlamadsla.sampling.StopMatcher;
import io.github.jlamadsla.text.IncrementalDecoder;

/**
 * Runs many requests at once on one thread, which shares its steps out to the model's workers. Requests come in from
 * any thread; their events go out on threads of their own.
 */
public final class Engine implements AutoCloseable {
    /** Milliseconds that a listener gets for what it has not heard when its request is cancelled or fails. */
    private static final long GRACE = 1_000;

    private final HybridModel model;
    private final MemoryBudget budget;
    private final Supplier<IncrementalDecoder> decoders;
    private final EngineOptions options;
    private final RequestEvents.Threads eventThreads;
    private final Inbox inbox;
    /** Of requests whose results are not complete, also where the engine has done with them. */
    private final Set<RequestEvents> untold = ConcurrentHashMap.newKeySet();
    private final AtomicLong ids = new AtomicLong();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /**
     * @param runner runs steps of {@code model}; used by the engine's thread alone
     * @param budget of the sequences' memory
     * @param decoders one per request
     */
    public Engine(HybridModel model, StepRunner runner, MemoryBudget budget, Supplier<IncrementalDecoder> decoders,
            EngineOptions options) {
        // Not virtual threads: as many busy listeners as there are processors would hold all others up. There are at
        // most as many threads as requests, and one more for each that ends while its listener blocks.
        this(model, runner, budget, decoders, options, Executors.newCachedThreadPool(
                Thread.ofPlatform().daemon().name("jlamadsla-events-", 0).factory()));
    }

    /** @param eventThreads starts a thread per task; the engine's from here on, which shuts it down */
    Engine(HybridModel model, StepRunner runner, MemoryBudget budget, Supplier<IncrementalDecoder> decoders,
            EngineOptions options, ExecutorService eventThreads) {
        this.model = model;
        this.budget = budget;
        this.decoders = decoders;
        this.options = options;
        this.inbox = new Inbox(options.admission());
        this.eventThreads = new RequestEvents.Threads(eventThreads, CompletableFuture.delayedExecutor(GRACE,
                TimeUnit.MILLISECONDS, task -> executeSomewhere(eventThreads, task)));
        EngineLoop loop = new EngineLoop(model, runner, budget, options, inbox);
        Thread.ofPlatform().daemon().name("jlamadsla-engine").start(() -> {
            try {
                loop.run();
            } finally {
                eventThreads.shutdown();
                ended.complete(null);
            }
        });
    }

    /** Where no thread can be had, on this one: better than never. */
    private static void executeSomewhere(ExecutorService threads, Runnable task) {
        try {
            threads.execute(task);
        } catch (Throwable e) {
            task.run();
        }
    }

    /**
     * Takes a request.
     *
     * @throws ContextTooLongException if the prompt leaves no room for an output token
     * @throws IllegalArgumentException if the level, a token id or a biased token is out of range
     * @throws MemoryBudgetException if the request could not fit the budget even alone
     * @throws RequestRejectedException if it is not taken for now, such as when too much is waiting already
     * @throws IllegalStateException if the engine was closed
     */
    public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
        Objects.requireNonNull(listener, "listener");
        checkTokens(request);
        int prompt = request.promptTokens().size();
        int capacity = (int) Math.min(model.config().contextLength(), (long) prompt + request.maxOutputTokens());
        if (request.pinned()) {
            model.checkLevel(request.pinnedLevel());
        }
        Sequence.Frame frame = new Sequence.Frame(
                request.pinned() ? request.pinnedLevel() : model.order().bottom(), capacity,
                options.nanoClock().getAsLong());
        StopMatcher stops = request.limits().stops().isEmpty()
                ? null
                : new StopMatcher(request.limits().stops());
        RequestEvents events = new RequestEvents(listener, eventThreads, inbox::wake);
        Sequence sequence = new Sequence(ids.getAndIncrement(), request, events,
                new AnswerText(decoders.get(), stops), frame);
        put(sequence);
        return new SequenceHandle(sequence, to -> checkRaise(sequence, to), inbox::wake);
    }

    private void put(Sequence sequence) {
        RequestEvents events = sequence.events;
        // Before the engine has it, which may tell its end at once.
        untold.add(events);
        events.result().whenComplete((_, _) -> untold.remove(events));
        try {
            inbox.put(sequence);
        } catch (Throwable e) {
            untold.remove(events);
            if (e instanceof RuntimeException refusal) {
                options.observer().refused(refusal);
            }
            throw e;
        }
    }

    private void checkTokens(GenerationRequest request) {
        int context = model.config().contextLength();
        int vocabulary = model.config().vocabularySize();
        if (request.promptTokens().size() >= context) {
            throw new ContextTooLongException(request.promptTokens().size(), context);
        }
        for (int token : request.promptTokens()) {
            if (token < 0 || token >= vocabulary) {
                throw new IllegalArgumentException(
                        "a prompt token id is " + token + "; allowed: 0 to " + (vocabulary - 1));
            }
        }
        request.sampling().checkVocabulary(vocabulary);
    }

    private void checkRaise(Sequence sequence, int level) {
        model.checkRaise(sequence.level(), level);
        checkBudget(sequence.capacity(), level);
    }

    private void checkBudget(int tokens, int level) {
        long bytes = model.sequenceBytes(tokens, level);
        if (bytes > budget.limit()) {
            throw new MemoryBudgetException("a request of " + tokens + " tokens at level " + level, bytes, 0,
                    budget.limit());
        }
    }

    /** Completed when the engine's thread has ended and all sequences' memory is freed. */
    public CompletableFuture<Void> ended() {
        return ended.copy();
    }

    /**
     * Ends every request with an {@link IllegalStateException} and waits for the step in progress, so that all memory
     * is freed. On return all results are complete, also those of requests whose listeners never return: an answer that
     * was finished and waited for its listener is told as it is, and what the listener has not heard it never hears.
     *
     * @param timeout longest wait; zero or less: none
     * @return whether the engine has ended; if not, it will after its step, see {@link #ended}, and requests have been
     *         told all the same
     */
    public boolean close(Duration timeout) {
        inbox.close(new IllegalStateException("the runtime was closed"));
        boolean done = join(timeout);
        untold.forEach(events -> events.abort(inbox.closedBy()));
        return done;
    }

    /** Waits out the timeout also when interrupted, since memory is still in use until then. */
    private boolean join(Duration timeout) {
        long begin = System.nanoTime();
        boolean interrupted = false;
        for (long left = timeout.toNanos(); left > 0; left = timeout.toNanos() - (System.nanoTime() - begin)) {
            try {
                ended.get(left, TimeUnit.NANOSECONDS);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (TimeoutException e) {
                break;
            } catch (ExecutionException e) {
                throw new IllegalStateException("the end never fails", e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return ended.isDone();
    }

    /** {@link #close(Duration)} that waits as long as it takes. */
    @Override
    public void close() {
        close(Duration.ofNanos(Long.MAX_VALUE));
    }
}
