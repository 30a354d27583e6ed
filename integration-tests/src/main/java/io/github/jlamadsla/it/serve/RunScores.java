package io.github.jlamadsla.it.serve;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

import io.github.jlamadsla.quality.Share;

/**
 * What a server made of a trace. Times are of requests that were answered, not cancelled, and whose consumer kept up,
 * from the times at which they were to come; seconds.
 *
 * @param counts how requests ended
 * @param firstToken time to first token
 * @param perToken time per token after the first, of each request
 * @param latencyPerToken (last token - arrival) / output tokens, mean over requests
 * @param within requests within the objective, of those that should be; one that was refused or failed is not
 * @param service what the server took
 * @param levels what it did with levels
 * @param right answers, of those that can be judged
 */
record RunScores(Counts counts, Percentiles firstToken, Percentiles perToken, double latencyPerToken, Share within,
        Service service, Levels levels, Share right) {

    /** Requests by how they ended. */
    record Counts(int answered, int cancelled, int refused, int failed) {}

    /**
     * @param tokensPerSecond of all answers, from the first arrival to the last end
     * @param busyPerToken seconds in which at least one request was in work, per output token
     * @param residencePerToken (last token - begin of its work) / output tokens, mean over requests; a batching server
     *        has several in work at a time
     * @param peakBytes most bytes in use
     */
    record Service(double tokensPerSecond, double busyPerToken, double residencePerToken, long peakBytes) {}

    /**
     * @param moves of the global level
     * @param raisedLayers of running requests
     * @param nats mean loss per output token by the checkpoint's figures
     * @param mean level that requests ended at
     */
    record Levels(int moves, int raisedLayers, double nats, double mean) {}

    /**
     * @param trace what was played
     * @param loss null for a server without levels
     */
    static RunScores of(Trace trace, RunLog log, NatsLoss loss) {
        List<Outcome> outcomes = log.outcomes();
        List<Outcome> answered = outcomes.stream().filter(Outcome::answered).toList();
        List<Outcome> timed = answered.stream().filter(o -> trace.requests().get(o.id()).timed()).toList();
        long tokens = outcomes.stream().mapToLong(o -> o.answer().size()).sum();
        return new RunScores(counts(outcomes, trace.requests().size()),
                Percentiles.of(values(timed, o -> firstToken(trace, o))),
                Percentiles.of(values(timed, Outcome::secondsPerToken)),
                mean(timed, o -> (o.lastToken() - arrival(trace, o)) / o.answer().size()), within(trace, timed),
                new Service(tokens / span(outcomes), busy(outcomes) / tokens,
                        mean(timed, o -> (o.lastToken() - o.begun()) / o.answer().size()), log.totals().peakBytes()),
                levels(log, outcomes, answered, loss),
                new Share((int) answered.stream().filter(o -> Boolean.TRUE.equals(o.right())).count(),
                        (int) answered.stream().filter(o -> o.right() != null).count()));
    }

    private static Counts counts(List<Outcome> outcomes, int requests) {
        int answered = count(outcomes, Outcome.End.ANSWERED);
        int cancelled = count(outcomes, Outcome.End.CANCELLED);
        int refused = count(outcomes, Outcome.End.REFUSED);
        // One that has no outcome at all has failed, too.
        return new Counts(answered, cancelled, refused, requests - answered - cancelled - refused);
    }

    private static int count(List<Outcome> outcomes, Outcome.End end) {
        return (int) outcomes.stream().filter(o -> o.end() == end).count();
    }

    private static Levels levels(RunLog log, List<Outcome> outcomes, List<Outcome> answered, NatsLoss loss) {
        List<Outcome> withLevels = answered.stream().filter(o -> !o.levels().isEmpty()).toList();
        double tokens = withLevels.stream().mapToLong(o -> o.answer().size()).sum();
        return new Levels(log.moves().size(), outcomes.stream().mapToInt(Outcome::raisedLayers).sum(),
                loss == null || tokens == 0
                        ? Double.NaN
                        : withLevels.stream().mapToDouble(loss::ofAnswer).sum() / tokens,
                mean(withLevels, o -> o.levels().getLast().level()));
    }

    private static Share within(Trace trace, List<Outcome> timed) {
        Objective objective = trace.header().objective();
        int kept = (int) timed.stream().filter(
                o -> objective.keeps(o.promptTokens(), firstToken(trace, o), o.secondsPerToken())).count();
        return new Share(kept, (int) trace.requests().stream().filter(TraceRequest::timed).count());
    }

    private static double arrival(Trace trace, Outcome outcome) {
        return trace.requests().get(outcome.id()).arrival();
    }

    private static double firstToken(Trace trace, Outcome outcome) {
        return outcome.firstToken() - arrival(trace, outcome);
    }

    private static double[] values(List<Outcome> outcomes, ToDoubleFunction<Outcome> value) {
        return outcomes.stream().mapToDouble(value).toArray();
    }

    private static double mean(List<Outcome> outcomes, ToDoubleFunction<Outcome> value) {
        return outcomes.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    private static double span(List<Outcome> outcomes) {
        return outcomes.stream().mapToDouble(Outcome::lastToken).max().orElse(Double.NaN)
                - outcomes.stream().mapToDouble(Outcome::submitted).min().orElse(Double.NaN);
    }

    /** Seconds covered by the requests' times in work; where they overlap they count once. */
    static double busy(List<Outcome> outcomes) {
        double sum = 0;
        double until = Double.NEGATIVE_INFINITY;
        for (Outcome o : outcomes.stream().filter(o -> o.lastToken() >= 0)
                .sorted(Comparator.comparingDouble(Outcome::begun)).toList()) {
            sum += Math.max(0, o.lastToken() - Math.max(until, o.begun()));
            until = Math.max(until, o.lastToken());
        }
        return sum;
    }

    /** Right answers of two servers to the same requests. */
    static McNemar compared(List<Outcome> first, List<Outcome> second) {
        int lost = 0;
        int won = 0;
        for (Outcome a : first) {
            for (Outcome b : second) {
                if (a.id() == b.id() && a.right() != null && b.right() != null) {
                    lost += a.right() && !b.right() ? 1 : 0;
                    won += !a.right() && b.right() ? 1 : 0;
                }
            }
        }
        return new McNemar(lost, won);
    }
}
