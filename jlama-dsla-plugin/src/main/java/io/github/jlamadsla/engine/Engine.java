package io.github.jlamadsla.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.MemoryBudgetException;
import io.github.jlamadsla.model.HybridModel;
import io.github.jlamadsla.text.IncrementalDecoder;

/**
 * Runs requests on one thread: schedule, run, commit (DESIGN section 4, "A step"). Sequences belong to that thread;
 * callers reach it through an inbox and the flags of their handles.
 */
public final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private final HybridModel model;
    private final StepRunner runner;
    private final MemoryBudget budget;
    private final Supplier<IncrementalDecoder> decoders;
    private final EngineOptions options;
    private final ExecutorService events;
    private final Queue<Sequence> inbox = new ConcurrentLinkedQueue<>();
    /** Released when there is news for an engine that waits: a request, or the end. */
    private final Semaphore news = new Semaphore(0);
    private final Map<Long, Sequence> sequences = new LinkedHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicInteger admitted = new AtomicInteger();
    private final Object admission = new Object();
    private final Thread thread;
    private volatile boolean closed;
    /** Why requests end that no fault of their own ends. */
    private volatile RuntimeException endCause = new IllegalStateException("the runtime was closed");

    /**
     * @param runner runs steps of {@code model}; used by the engine's thread alone
     * @param budget of the sequences' memory
     * @param decoders one per request
     */
    public Engine(HybridModel model, StepRunner runner, MemoryBudget budget, Supplier<IncrementalDecoder> decoders,
            EngineOptions options) {
        this.model = model;
        this.runner = runner;
        this.budget = budget;
        this.decoders = decoders;
        this.options = options;
        this.events = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("jlamadsla-events-", 0).factory());
        this.thread = Thread.ofPlatform().daemon().name("jlamadsla-engine").start(this::loop);
    }

    /**
     * Takes a request.
     *
     * @throws ContextTooLongException if the prompt leaves no room for an output token
     * @throws IllegalArgumentException if the level or a token id is out of range
     * @throws MemoryBudgetException if the request could not fit the budget even alone
     * @throws RequestRejectedException if the queue is full
     * @throws IllegalStateException if the engine was closed
     */
    public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
        Objects.requireNonNull(listener, "listener");
        int prompt = request.promptTokens().size();
        int context = model.config().contextLength();
        if (prompt >= context) {
            throw new ContextTooLongException(prompt, context);
        }
        for (int token : request.promptTokens()) {
            if (token < 0 || token >= model.config().vocabularySize()) {
                throw new IllegalArgumentException("a prompt token id is " + token + "; allowed: 0 to "
                        + (model.config().vocabularySize() - 1));
            }
        }
        int capacity = (int) Math.min(context, (long) prompt + request.maxOutputTokens());
        int level = request.pinned() ? request.pinnedLevel() : options.levelRule().level(prompt);
        int lastLevel = request.pinned() || !model.canRaise()
                ? level
                : Math.max(level, options.levelRule().level(capacity));
        checkBudget(prompt, level);
        checkBudget(capacity, lastLevel);
        Sequence sequence = new Sequence(ids.getAndIncrement(), request, new RequestEvents(listener, events),
                decoders.get(), capacity, level, options.nanoClock().getAsLong());
        admit(sequence);
        return new Handle(sequence);
    }

    private void checkBudget(int tokens, int level) {
        long bytes = model.sequenceBytes(tokens, level);
        if (bytes > budget.limit()) {
            throw new MemoryBudgetException("a request of " + tokens + " tokens at level " + level, bytes, 0,
                    budget.limit());
        }
    }

    private void admit(Sequence sequence) {
        synchronized (admission) {
            if (closed) {
                throw new IllegalStateException(endCause.getMessage(), endCause.getCause());
            }
            if (admitted.get() >= options.maxQueued()) {
                throw new RequestRejectedException(options.maxQueued());
            }
            admitted.incrementAndGet();
            inbox.add(sequence);
        }
        news.release();
    }

    private void loop() {
        try {
            while (!closed) {
                takeNew();
                sweep();
                if (!sequences.isEmpty()) {
                    step();
                }
            }
        } catch (Throwable e) {
            LOG.error("the engine ends: {}", e.toString(), e);
            endCause = new IllegalStateException("the engine ended after an error: " + e, e);
        } finally {
            endAll();
        }
    }

    private void takeNew() throws InterruptedException {
        if (sequences.isEmpty()) {
            news.acquire();
        }
        news.drainPermits();
        for (Sequence next = inbox.poll(); next != null; next = inbox.poll()) {
            sequences.put(next.id, next);
        }
    }

    /** Ends what was cancelled or whose listener failed, before any more work goes into it. */
    private void sweep() {
        for (Sequence s : List.copyOf(sequences.values())) {
            s.takeRaises();
            if (s.events.failure() != null) {
                fail(s, s.events.failure());
            } else if (s.cancelled()) {
                finish(s, FinishReason.CANCELLED);
            }
        }
    }

    /** Schedule, run, commit. What goes wrong within a sequence ends that sequence alone. */
    private void step() {
        StepPlan plan = options.scheduler().schedule(sequences.values().stream().map(s -> s.view(due(s))).toList());
        for (StepPlan.Entry entry : plan.entries()) {
            Sequence s = sequences.get(entry.sequence());
            try {
                run(s, entry);
            } catch (Throwable e) {
                LOG.warn("request {} failed after {} tokens: {}", s.id, s.length(), e.toString());
                fail(s, e);
            }
        }
    }

    private int due(Sequence s) {
        boolean fixed = s.request.pinned() || s.raisesRefused() || !model.canRaise();
        int byRule = fixed ? s.level() : options.levelRule().level(s.length());
        return Math.max(byRule, s.askedLevel());
    }

    private void run(Sequence s, StepPlan.Entry entry) {
        if (!s.begun()) {
            s.begin(model.newSequence(s.level(), budget), options.nanoClock().getAsLong());
        }
        raise(s, entry.raiseTo());
        boolean last = runner.run(s, entry.tokens());
        int read = s.memory().position();
        int prompt = s.request.promptTokens().size();
        if (read <= prompt) {
            s.events.post(l -> l.onPrefill(read, prompt));
        }
        if (last) {
            commit(s, s.sample(runner.logits(), model.config().vocabularySize()));
        }
    }

    private void raise(Sequence s, int level) {
        int from = s.level();
        MemoryBudgetException refused = null;
        if (level > from) {
            model.checkRaise(from, level);
            try {
                runner.raise(s, level, budget);
            } catch (MemoryBudgetException e) {
                LOG.warn("request {} stays at level {} of {}: {}", s.id, s.memory().level(), level, e.getMessage());
                refused = e;
            }
            if (s.memory().level() > from) {
                s.raised(new LevelChange(s.memory().position(), s.memory().level()));
                LOG.debug("request {} raised from level {} to {} at {} tokens", s.id, from, s.level(),
                        s.memory().position());
            }
        }
        s.completeRaises();
        if (refused != null) {
            s.refuseRaises(refused);
        }
    }

    private void commit(Sequence s, int token) {
        long now = options.nanoClock().getAsLong();
        if (options.stopTokens().contains(token)) {
            s.markToken(now);
            finish(s, FinishReason.STOP);
            return;
        }
        String piece = s.append(token, now);
        s.events.post(l -> l.onToken(token, piece));
        if (s.full()) {
            finish(s, FinishReason.LENGTH);
        }
    }

    private void finish(Sequence s, FinishReason reason) {
        try {
            GenerationResult result = s.result(reason, options.nanoClock().getAsLong());
            end(s);
            s.events.complete(result);
        } catch (RuntimeException | Error e) {
            fail(s, e);
        }
    }

    private void fail(Sequence s, Throwable cause) {
        end(s);
        s.events.fail(cause);
    }

    /** Frees what a sequence held, before its owner hears of the end; never throws, so that the owner does. */
    private void end(Sequence s) {
        if (sequences.remove(s.id) == null) {
            return;
        }
        admitted.decrementAndGet();
        try {
            s.close();
        } catch (RuntimeException | Error e) {
            LOG.error("memory of request {} was not freed: {}", s.id, e.toString(), e);
        }
    }

    private void endAll() {
        synchronized (admission) {
            closed = true;
            for (Sequence next = inbox.poll(); next != null; next = inbox.poll()) {
                sequences.put(next.id, next);
            }
        }
        List.copyOf(sequences.values()).forEach(s -> {
            end(s);
            s.events.abort(new IllegalStateException(endCause.getMessage(), endCause.getCause()));
        });
        events.shutdown();
    }

    /** Ends every request with an {@link IllegalStateException}, waits for the step in progress, frees all memory. */
    @Override
    public void close() {
        closed = true;
        news.release();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Handle implements GenerationHandle {
        private final Sequence sequence;

        Handle(Sequence sequence) {
            this.sequence = sequence;
        }

        @Override
        public CompletableFuture<GenerationResult> result() {
            return sequence.events.result().copy();
        }

        @Override
        public GenerationResult await() {
            try {
                return sequence.events.result().get();
            } catch (InterruptedException e) {
                sequence.cancel();
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting; the request was cancelled", e);
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case RuntimeException cause -> throw cause;
                    case Error cause -> throw cause;
                    default -> throw new CompletionException(e.getCause());
                }
            }
        }

        @Override
        public void cancel() {
            sequence.cancel();
        }

        @Override
        public CompletableFuture<LevelChange> raise(int level) {
            model.checkRaise(sequence.level(), level);
            checkBudget(sequence.capacity(), level);
            CompletableFuture<LevelChange> done = new CompletableFuture<>();
            sequence.askRaise(new Sequence.Raise(level, done));
            sequence.events.result().whenComplete((result, error) -> done
                    .completeExceptionally(new IllegalStateException("the request ended before it was raised")));
            return done;
        }
    }
}
