package io.github.jlamadsla.serve;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.jlamadsla.engine.SequenceView;

/** How far real times to first token were from those predicted when the requests came. Used by one thread. */
final class ForecastError {
    /** About so many of the latest requests count. */
    private static final int LATEST = 32;

    private final Map<Long, Expected> expected = new HashMap<>(); // by id
    private double mean;
    private long requests;

    private record Expected(long since, double seconds) {}

    /** Whether a sequence waits that has not been seen. */
    boolean anyNew(List<SequenceView> sequences) {
        return sequences.stream().anyMatch(s -> Forecaster.waits(s) && !expected.containsKey(s.id()));
    }

    /**
     * @param now nanoseconds of the engine's clock
     * @param time steady nanoseconds
     */
    void expect(List<SequenceView> sequences, Forecast forecast, long now, long time) {
        for (SequenceView s : sequences) {
            if (Forecaster.waits(s)) {
                expected.computeIfAbsent(s.id(),
                        _ -> new Expected(time, forecast.firstTokenOfLast(Ranking.priority(s, now), now)));
            }
        }
    }

    /** Compares with those that have their first token by now; forgets those that have ended. */
    void look(List<SequenceView> sequences, Set<Long> ids, long time) {
        expected.keySet().retainAll(ids);
        for (SequenceView s : sequences) {
            Expected before = Forecaster.waits(s) ? null : expected.remove(s.id());
            // Where nothing was known nothing was predicted.
            if (before != null && before.seconds() > 0 && time > before.since()) {
                double real = (time - before.since()) / 1e9;
                mean += (Math.abs(real - before.seconds()) / real - mean) / Math.min(++requests, LATEST);
            }
        }
    }

    ServerSnapshot.Prediction prediction(double seconds) {
        return new ServerSnapshot.Prediction(seconds, mean, requests);
    }
}
