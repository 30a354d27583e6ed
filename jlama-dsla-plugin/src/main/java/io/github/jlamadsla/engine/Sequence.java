package io.github.jlamadsla.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.jlamadsla.memory.LevelHistory;
import io.github.jlamadsla.memory.MemoryBudgetException;
import io.github.jlamadsla.memory.SequenceMemory;
import io.github.jlamadsla.sampling.Sampler;

/** A request on its way. Owned by the engine's thread, but for what its handle sets from outside. */
final class Sequence {
    /** An owner's call to raise. */
    record Raise(int level, CompletableFuture<LevelChange> done) {}

    /** No time of any clock that is likely. */
    private static final long UNSET = Long.MIN_VALUE;

    final long id;
    final GenerationRequest request;
    final RequestEvents events;
    private final AnswerText text;
    private final Sampler sampler;
    private final Frame frame;
    private final int promptTokens;
    private int[] tokens; // prompt, then output, grown as needed
    private final List<LevelChange> levels = new ArrayList<>();
    private final Queue<Raise> raises = new ConcurrentLinkedQueue<>();
    private final Queue<Raise> waitingRaises = new ArrayDeque<>();
    private volatile boolean cancelled;
    private volatile int level;
    private SequenceMemory memory;
    private int length;
    private int cachedTokens;
    private long started = UNSET;
    private long firstToken = UNSET;
    private long lastToken = UNSET;
    private boolean raisesRefused;
    private MemoryBudgetException stalled;
    private long need;
    private int plannedLevel;

    /**
     * What is settled when a request is taken.
     *
     * @param lowestLevel the level that it is at least begun at
     * @param capacity most tokens, prompt and output
     * @param submitted nanoseconds
     */
    record Frame(int lowestLevel, int capacity, long submitted) {}

    Sequence(long id, GenerationRequest request, RequestEvents events, AnswerText text, Frame frame) {
        this.id = id;
        this.request = request;
        this.events = events;
        this.text = text;
        this.frame = frame;
        this.promptTokens = request.promptTokens().size();
        this.tokens = request.promptTokens().stream().mapToInt(Integer::intValue).toArray();
        this.sampler = new Sampler(request.sampling(), tokens, request.limits().mask());
        this.length = promptTokens;
        this.level = frame.lowestLevel();
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

    int promptTokens() {
        return promptTokens;
    }

    /** Most tokens, prompt and output. */
    int capacity() {
        return frame.capacity();
    }

    Admission.Arrival arrival() {
        Duration timeout = request.limits().timeout();
        return new Admission.Arrival(promptTokens, frame.capacity(), request.pinnedLevel(),
                request.service().priority(), timeout == null ? Long.MAX_VALUE : timeout.toNanos());
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

    /**
     * @param newMemory empty, or with a prefix of the prompt
     * @param history the levels that the prefix was read at
     * @param planned the level that it was to begin at
     */
    void begin(SequenceMemory newMemory, LevelHistory history, int planned, long now) {
        memory = newMemory;
        started = now;
        plannedLevel = planned;
        level = newMemory.level();
        cachedTokens = newMemory.position();
        history.changes().forEach(c -> levels.add(new LevelChange(c.position(), c.level())));
    }

    /** Once it has begun. */
    LevelHistory levelHistory() {
        return new LevelHistory(levels.stream().map(c -> new LevelHistory.Change(c.position(), c.level())).toList());
    }

    boolean begun() {
        return memory != null;
    }

    /** Says how many bytes it was given room for. Before its first step. */
    void admitted(long bytes) {
        need = bytes;
    }

    long need() {
        return need;
    }

    /** @param cause why the budget had no room for its tokens in the last step, or null if it had */
    void stalled(MemoryBudgetException cause) {
        stalled = cause;
    }

    MemoryBudgetException stalled() {
        return stalled;
    }

    /** Nanoseconds left until its time is over; {@link Long#MAX_VALUE} without a limit. */
    long timeLeft(long now) {
        Duration timeout = request.limits().timeout();
        return timeout == null ? Long.MAX_VALUE : timeout.toNanos() - (now - frame.submitted());
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

    boolean full() {
        return length == frame.capacity();
    }

    /**
     * @param fixed whether the model cannot raise it
     * @param nextGain bytes that a raise by one layer frees, net
     */
    SequenceView view(boolean fixed, long nextGain) {
        SequenceView.State state = memory == null
                ? SequenceView.State.WAITING
                : events.behind()
                        ? SequenceView.State.PAUSED
                        : stalled != null ? SequenceView.State.STALLED : SequenceView.State.RUNNING;
        return new SequenceView(id, state, promptTokens, length, frame.capacity(),
                memory == null ? 0 : memory.position(),
                new SequenceView.Levels(level, request.pinnedLevel(), Math.max(level, plannedLevel), askedLevel(),
                        fixed || raisesRefused, nextGain),
                new SequenceView.Terms(request.service().priority(), frame.submitted(),
                        deadline(), need));
    }

    private long deadline() {
        Duration timeout = request.limits().timeout();
        return timeout == null ? Long.MAX_VALUE : frame.submitted() + timeout.toNanos();
    }

    /** Chooses the next token; the row of logits may be changed. Any thread, one call at a time. */
    int sample(float[] logits, int offset, int vocabularySize) {
        return sampler.sample(logits, offset, vocabularySize);
    }

    /** Appends an output token and returns the text that may be delivered with it. */
    String append(int token, long now) {
        if (length == tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.min(frame.capacity(), length + Math.max(64, length / 2)));
        }
        tokens[length++] = token;
        markToken(now);
        sampler.accept(token);
        return full() ? text.addLast(token) : text.add(token);
    }

    /** Whether a stop text has come. */
    boolean stopped() {
        return text.stopped();
    }

    /** Hears of an end token, which is no part of the output. */
    void end(int token, long now) {
        markToken(now);
        sampler.accept(token);
    }

    private void markToken(long now) {
        if (firstToken == UNSET) {
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
            LevelChange at = history().getLast();
            events.afterwards(() -> raise.done().complete(at));
            return true;
        });
    }

    GenerationResult result(FinishReason reason, long now) {
        String whole = text.end();
        FinishReason last = text.stopped() ? FinishReason.STOP : reason;
        List<Integer> output = new ArrayList<>(outputTokens());
        for (int i = promptTokens; i < length; i++) {
            output.add(tokens[i]);
        }
        long begun = started == UNSET ? now : started;
        long first = firstToken == UNSET ? now : firstToken;
        long lastSeen = lastToken == UNSET ? first : lastToken;
        return new GenerationResult(output, whole, last, promptTokens, cachedTokens, history(),
                new GenerationResult.Timings(time(frame.submitted(), begun), time(begun, first),
                        time(first, lastSeen)),
                memory == null ? 0 : memory.peakBytes());
    }

    /** No time for a clock that was put back. */
    private static Duration time(long from, long to) {
        return Duration.ofNanos(Math.max(0, to - from));
    }

    /** At least one level: one that ended before it began would have begun at its lowest. */
    private List<LevelChange> history() {
        return levels.isEmpty() ? List.of(new LevelChange(0, level)) : levels;
    }

    /**
     * The budget did not allow a raise: those that wait fail.
     *
     * @param planned whether a plan wanted it that the owner had not asked for: then none is to do so any more
     */
    void refuseRaises(RuntimeException cause, boolean planned) {
        raisesRefused |= planned;
        waitingRaises.forEach(raise -> events.afterwards(() -> raise.done().completeExceptionally(cause)));
        waitingRaises.clear();
    }

    void close() {
        if (memory != null) {
            memory.close();
        }
    }
}
