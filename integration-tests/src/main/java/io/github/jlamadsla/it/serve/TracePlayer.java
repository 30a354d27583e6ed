package io.github.jlamadsla.it.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.github.jlamadsla.it.serve.ServedEngine.Asked;

/**
 * Plays a trace open-loop: requests come when the trace says, however many wait, so a slow server is not spared by slow
 * askers.
 */
final class TracePlayer {
    private static final long SAMPLE_MILLIS = 100;
    /** Bytes are looked at more often: a peak is short. */
    private static final long PEAK_MILLIS = 2;

    private final ServedEngine server;
    private final TraceClock clock;
    private final Consumer<LoadSample> samples;
    private final AtomicLong peakBytes = new AtomicLong();
    private final List<Asked> asked = new ArrayList<>();

    /** @param samples told of the load ten times a second */
    TracePlayer(ServedEngine server, TraceClock clock, Consumer<LoadSample> samples) {
        this.server = server;
        this.clock = clock;
        this.samples = samples;
    }

    /**
     * @param prompts in order of arrival
     * @return in the same order
     */
    List<Outcome> play(List<TracePrompt> prompts) {
        try (ScheduledExecutorService timer = Executors.newScheduledThreadPool(2)) {
            timer.scheduleAtFixedRate(this::peak, 0, PEAK_MILLIS, TimeUnit.MILLISECONDS);
            timer.scheduleAtFixedRate(this::sample, 0, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
            for (TracePrompt prompt : prompts) {
                clock.await(prompt.request().arrival());
                Asked request = server.ask(prompt, clock);
                synchronized (asked) {
                    asked.add(request);
                }
                if (prompt.request().cancelled()) {
                    timer.schedule(request.cancel(), (long) (1e9 * prompt.request().cancelAfter()),
                            TimeUnit.NANOSECONDS);
                }
            }
            List<Outcome> outcomes = asked.stream().map(request -> request.outcome().join()).toList();
            sample();
            timer.shutdownNow();
            return outcomes;
        }
    }

    /** Most bytes in use that were seen. */
    long peakBytes() {
        return peakBytes.get();
    }

    private void peak() {
        peakBytes.accumulateAndGet(server.bytesInUse(), Math::max);
    }

    private void sample() {
        int open;
        int waiting;
        synchronized (asked) {
            List<Asked> left = asked.stream().filter(request -> !request.outcome().isDone()).toList();
            open = left.size();
            waiting = (int) left.stream().filter(request -> !request.heard().started()).count();
        }
        samples.accept(new LoadSample(clock.now(), waiting, open, server.bytesInUse()));
    }
}
