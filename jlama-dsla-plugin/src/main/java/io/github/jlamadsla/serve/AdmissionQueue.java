package io.github.jlamadsla.serve;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.jlamadsla.engine.Admission;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.QueueLimits;
import io.github.jlamadsla.engine.RequestRejectedException;
import io.github.jlamadsla.engine.RequestRejectedException.Reason;
import io.github.jlamadsla.memory.MemoryBudgetException;
import io.github.jlamadsla.serve.ServerSnapshot.Refusal;

/**
 * Takes what the limits, the budget and its deadline have room for. What is refused is refused at once, with the reason
 * and, where a forecast has one, when to try again.
 */
public final class AdmissionQueue implements Admission {
    private static final Logger LOG = LoggerFactory.getLogger(AdmissionQueue.class);
    private static final double SHORTEST_HINT = .1;
    private static final double LONGEST_HINT = 3_600;

    private final SequenceSizes sizes;
    private final QueueLimits limits;
    private final Supplier<Forecast> forecast;
    private final LongSupplier nanoClock;
    private final AtomicLongArray refusals = new AtomicLongArray(Refusal.values().length);
    private final LogLimit log = new LogLimit();
    // One request at a time is looked at, as Admission says.
    private Forecast seen = Forecast.UNKNOWN;
    private final List<Forecast.Waiting> unseen = new ArrayList<>(); // taken since that forecast

    /**
     * @param scheduler whose forecasts are believed
     * @param nanoClock the engine's
     */
    public AdmissionQueue(SequenceSizes sizes, QueueLimits limits, ServeScheduler scheduler, LongSupplier nanoClock) {
        this(sizes, limits, scheduler::forecast, nanoClock);
    }

    AdmissionQueue(SequenceSizes sizes, QueueLimits limits, Supplier<Forecast> forecast, LongSupplier nanoClock) {
        this.sizes = sizes;
        this.limits = limits;
        this.forecast = forecast;
        this.nanoClock = nanoClock;
    }

    @Override
    public long admit(Arrival arrival, Queue queue) {
        if (forecast.get() != seen) {
            seen = forecast.get();
            unseen.clear();
        }
        try {
            long need = need(arrival);
            long now = nanoClock.getAsLong();
            limits.check(arrival, queue, hint(seen.freePlace()));
            checkDeadline(arrival, now);
            unseen.add(new Forecast.Waiting(arrival.priority(), now, seen.tokens(arrival.promptTokens()),
                    seen.own(arrival.promptTokens())));
            return need;
        } catch (RequestRejectedException e) {
            refused(refusal(e.reason()), e);
            throw e;
        } catch (MemoryBudgetException e) {
            refused(Refusal.MEMORY, e);
            throw e;
        }
    }

    private long need(Arrival arrival) {
        int pinned = arrival.pinnedLevel();
        long need = sizes.most(arrival.promptTokens(), arrival.capacity(), pinned);
        if (need > sizes.limit()) {
            int level = pinned == GenerationRequest.UNPINNED ? sizes.bounds().highest(arrival.capacity()) : pinned;
            throw new MemoryBudgetException("a request of " + arrival.capacity() + " tokens at level " + level, need,
                    0, sizes.limit());
        }
        return need;
    }

    /**
     * The queue is forecast at the level that new requests get now; a pin of this one is left out. How much of its
     * prompt is cached is not known here: the forecast goes by the share that requests before it read. Nobody is
     * refused by a guess: only once steps have been measured.
     */
    private void checkDeadline(Arrival arrival, long now) {
        double own = seen.own(arrival.promptTokens());
        double first = seen.firstToken(arrival.priority(), arrival.promptTokens(), unseen, now);
        double timeout = arrival.timeout() / 1e9;
        if (seen.measured() && arrival.timeout() != Long.MAX_VALUE && first > timeout) {
            // No waiting helps a prompt that takes longer by itself.
            throw new RequestRejectedException(Reason.DEADLINE,
                    String.format(Locale.ROOT, "the first token is expected in %.1f s, after the request's timeout of"
                            + " %.1f s", first, timeout),
                    own > timeout ? null : hint(first - timeout));
        }
    }

    private static Duration hint(double seconds) {
        return seconds > 0
                ? Duration.ofMillis((long) (1e3 * Math.clamp(seconds, SHORTEST_HINT, LONGEST_HINT)))
                : null;
    }

    private static Refusal refusal(Reason reason) {
        return switch (reason) {
            case REQUESTS -> Refusal.REQUESTS;
            case PROMPT_TOKENS -> Refusal.PROMPT_TOKENS;
            case DEADLINE -> Refusal.DEADLINE;
        };
    }

    private void refused(Refusal reason, RuntimeException cause) {
        refusals.incrementAndGet(reason.ordinal());
        long refused = log.pass(nanoClock.getAsLong());
        if (refused > 0) {
            LOG.info("{} requests refused since the last such line, the latest: {}", refused, cause.getMessage());
        }
    }

    /** Requests refused so far. Any thread. */
    public Map<Refusal, Long> refusals() {
        return ServerSnapshot.counted(reason -> refusals.get(reason.ordinal()));
    }
}
