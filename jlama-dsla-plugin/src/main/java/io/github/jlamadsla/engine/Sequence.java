package io.github.jlamadsla.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.jlamadsla.memory.SequenceMemory;
import io.github.jlamadsla.sampling.Sampler;
import io.github.jlamadsla.text.IncrementalDecoder;

/** A request on its way. Owned by the engine's thread, but for what its handle sets from outside. */
final class Sequence {
    /** An owner's call to raise. */
    record Raise(int level, CompletableFuture<LevelChange> done) {}

    final long id;
    final GenerationRequest request;
    final RequestEvents events;
    private final IncrementalDecoder decoder;
    private final Sampler sampler;
    private final int promptTokens;
    private final int capacity;
    private int[] tokens; // prompt, then output, grown as needed
    private final StringBuilder text = new StringBuilder();
    private final List<LevelChange> levels = new ArrayList<>();
    private final Queue<Raise> raises = new ConcurrentLinkedQueue<>();
    private final Queue<Raise> waitingRaises = new ArrayDeque<>();
    private final long submitted;
    private volatile boolean cancelled;
    private volatile int level;
    private SequenceMemory memory;
    private int length;
    private long started = -1;
    private long firstToken = -1;
    private long lastToken = -1;
    private boolean raisesRefused;

    /**
     * @param capacity most tokens, prompt and output
     * @param level the level to begin at
     * @param now nanoseconds
     */
    Sequence(long id, GenerationRequest request, RequestEvents events, IncrementalDecoder decoder, int capacity,
            int level, long now) {
        this.id = id;
        this.request = request;
        this.events = events;
        this.decoder = decoder;
        this.sampler = new Sampler(request.sampling());
        this.promptTokens = request.promptTokens().size();
        this.capacity = capacity;
        this.tokens = request.promptTokens().stream().mapToInt(Integer::intValue).toArray();
        this.length = promptTokens;
        this.level = level;
        this.submitted = now;
        levels.add(new LevelChange(0, level));
    }

    // Called from any thread.

    void cancel() {
        cancelled = true;
    }

    boolean cancelled() {
        return cancelled;
    }

    int level() {
        return level;
    }

    void askRaise(Raise raise) {
        raises.add(raise);
    }

    // Called by the engine's thread.

    /** The owner's raises that have not been seen yet move to those that wait for the next step. */
    void takeRaises() {
        for (Raise raise = raises.poll(); raise != null; raise = raises.poll()) {
            waitingRaises.add(raise);
        }
    }

    /** Highest level the owner waits for; the present one if none. */
    int askedLevel() {
        return waitingRaises.stream().mapToInt(Raise::level).reduce(level, Math::max);
    }

    void begin(SequenceMemory newMemory, long now) {
        memory = newMemory;
        started = now;
    }

    boolean begun() {
        return memory != null;
    }

    SequenceMemory memory() {
        return memory;
    }

    int[] tokens() {
        return tokens;
    }

    /** Prompt and output tokens so far. */
    int length() {
        return length;
    }

    int outputTokens() {
        return length - promptTokens;
    }

    /** Most tokens, prompt and output. */
    int capacity() {
        return capacity;
    }

    boolean full() {
        return length == capacity;
    }

    SequenceView view(int dueLevel) {
        return new SequenceView(id, promptTokens, memory == null ? 0 : memory.position(), level, dueLevel);
    }

    int sample(float[] logits, int vocabularySize) {
        return sampler.sample(logits, 0, vocabularySize);
    }

    /** Appends an output token and returns the text that became complete; the rest of it too if it is the last. */
    String append(int token, long now) {
        if (length == tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.min(capacity, length + Math.max(64, length / 2)));
        }
        tokens[length++] = token;
        markToken(now);
        String piece = decoder.add(token);
        if (full()) {
            piece += decoder.flush();
        }
        text.append(piece);
        return piece;
    }

    void markToken(long now) {
        if (firstToken < 0) {
            firstToken = now;
        }
        lastToken = now;
    }

    void raised(LevelChange change) {
        level = change.level();
        levels.add(change);
        events.post(l -> l.onRaised(change));
    }

    /** Completes the owner's raises that the present level fulfils. */
    void completeRaises() {
        waitingRaises.removeIf(raise -> {
            if (raise.level() > level) {
                return false;
            }
            LevelChange at = levels.getLast();
            events.post(l -> raise.done().complete(at));
            return true;
        });
    }

    GenerationResult result(FinishReason reason, long now) {
        text.append(decoder.flush());
        List<Integer> output = new ArrayList<>();
        for (int i = promptTokens; i < length; i++) {
            output.add(tokens[i]);
        }
        long begun = started < 0 ? now : started;
        long first = firstToken < 0 ? now : firstToken;
        return new GenerationResult(output, text.toString(), reason, promptTokens, levels,
                new GenerationResult.Timings(Duration.ofNanos(begun - submitted), Duration.ofNanos(first - begun),
                        Duration.ofNanos(Math.max(0, lastToken - first))),
                memory == null ? 0 : memory.peakBytes());
    }

    /** The budget did not allow a raise: those that wait fail, and none is planned by rule any more. */
    void refuseRaises(RuntimeException cause) {
        raisesRefused = true;
        waitingRaises.forEach(raise -> events.post(l -> raise.done().completeExceptionally(cause)));
        waitingRaises.clear();
    }

    boolean raisesRefused() {
        return raisesRefused;
    }

    void close() {
        if (memory != null) {
            memory.close();
        }
    }
}
