package io.github.jlamadsla.it.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.checkpoint.QualityPoint;
import io.github.jlamadsla.engine.LevelChange;
import io.github.jlamadsla.it.serve.Outcome.End;
import io.github.jlamadsla.quality.Share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

/** Scores against numbers worked out by hand. */
class RunScoresTest {
    private static final Unloaded UNLOADED = new Unloaded(
            List.of(new Unloaded.Point(100, .1, .01), new Unloaded.Point(300, .3, .03)));
    private static final List<QualityPoint> QUALITY = List.of(new QualityPoint(0, 3, 2, Double.NaN, Map.of()),
            new QualityPoint(2, 3.2, 2.4, Double.NaN, Map.of()), new QualityPoint(4, 3.3, 2.6, Double.NaN, Map.of()));

    @Test
    void aRunOfFiveRequests() {
        List<TraceRequest> requests = List.of(request(0, 0, 0, 0), request(1, 1, 0, 0), request(2, 2, 0, 5),
                request(3, 3, .5, 0), request(4, 4, 0, 0));
        Trace trace = new Trace(new TraceHeader("demo", 1, 5, 1.1, 2, 1_000, Objective.of(UNLOADED), "by hand"),
                requests);
        RunLog log = new RunLog();
        List<Outcome> outcomes = List.of(
                // First token after .2 s, then .019 s a token: within 4 x .1 and 2 x .01.
                outcome(0, End.ANSWERED, 0, .2, .276, 5, List.of(new LevelChange(0, 0)), true),
                // After 1 s: too late. Raised by 2 layers with 102 tokens in memory.
                outcome(1, End.ANSWERED, 1, 2, 2.4, 5,
                        List.of(new LevelChange(0, 0), new LevelChange(102, 2)), false),
                // Its consumer is slow: not timed, but its answer counts.
                outcome(2, End.ANSWERED, 2, 2.1, 3, 5, List.of(new LevelChange(0, 2)), true),
                outcome(3, End.CANCELLED, 3, 3.1, 3.3, 3, List.of(new LevelChange(0, 2)), null),
                outcome(4, End.REFUSED, 4, -1, -1, 0, List.of(), null));
        outcomes.forEach(outcome -> log.line(RunLog.line(outcome)));
        log.line(RunLog.line(new Move(2.5, 0, 1, "why")));
        log.line(RunLog.line(new Move(-1, 0, 1, "while it warmed up")));
        log.line(RunLog.line(new RunLog.Totals(900, .5, -1, 0)));
        log.line("something else");

        assertThat(log.outcomes()).isEqualTo(outcomes);
        RunScores scores = RunScores.of(trace, log, new NatsLoss(QUALITY));

        assertThat(scores.counts()).isEqualTo(new RunScores.Counts(3, 1, 1, 0));
        assertThat(scores.firstToken().p50()).isCloseTo(.2, within(1e-12));
        assertThat(scores.firstToken().p95()).isCloseTo(1, within(1e-12));
        assertThat(scores.perToken().p50()).isCloseTo(.019, within(1e-12));
        assertThat(scores.perToken().p99()).isCloseTo(.1, within(1e-12));
        // (.276 / 5 + 1.4 / 5) / 2
        assertThat(scores.latencyPerToken()).isCloseTo(.1676, within(1e-12));
        // Of the three that are timed one was late and one refused.
        assertThat(scores.within()).isEqualTo(new Share(1, 3));
        // 18 tokens from 0 to 3.3 s.
        assertThat(scores.service().tokensPerSecond()).isCloseTo(18 / 3.3, within(1e-12));
        // Busy 0 to .276, 1 to 3, 3 to 3.3.
        assertThat(scores.service().busyPerToken()).isCloseTo((.276 + 2.3) / 18, within(1e-12));
        assertThat(scores.service().peakBytes()).isEqualTo(900);
        assertThat(scores.levels().moves()).isEqualTo(1);
        assertThat(scores.levels().raisedLayers()).isEqualTo(2);
        // Five tokens at 0; three at 0, from positions 99 to 101, and two at 2 with .2 nats; five at 2.
        assertThat(scores.levels().nats()).isCloseTo((2 * .2 + 5 * .2) / 15, within(1e-9));
        assertThat(scores.levels().mean()).isCloseTo(4 / 3.0, within(1e-12));
        assertThat(scores.right()).isEqualTo(new Share(2, 3));
        assertThat(RunScores.compared(outcomes, List.of(outcomes.get(0).judged(false), outcomes.get(1).judged(true),
                outcomes.get(2).judged(false)))).isEqualTo(new McNemar(2, 1));
    }

    @Test
    void whatHasNoOutcomeHasFailed() {
        Trace trace = new Trace(new TraceHeader("demo", 1, 1, 1.1, 2, 1_000, Objective.of(UNLOADED), "by hand"),
                List.of(request(0, 0, 0, 0)));
        RunLog log = new RunLog();
        log.ended("ended with exit code 134");

        RunScores scores = RunScores.of(trace, log, null);

        assertThat(scores.counts()).isEqualTo(new RunScores.Counts(0, 0, 0, 1));
        assertThat(scores.within()).isEqualTo(new Share(0, 1));
        assertThat(scores.latencyPerToken()).isNaN();
        assertThat(scores.levels().nats()).isNaN();
        assertThat(log.totals()).isEqualTo(new RunLog.Totals(0, -1, -1, 0));
    }

    @Test
    void mcNemarIsTheExactBinomialTest() {
        assertThat(new McNemar(0, 0).p()).isEqualTo(1);
        assertThat(new McNemar(5, 0).p()).isCloseTo(2 / 32.0, within(1e-12));
        assertThat(new McNemar(6, 0).p()).isCloseTo(2 / 64.0, within(1e-12));
        // 2 * (1 + 10) / 1024
        assertThat(new McNemar(9, 1).p()).isCloseTo(22 / 1024.0, within(1e-12));
        assertThat(new McNemar(1, 9).p()).isCloseTo(22 / 1024.0, within(1e-12));
        assertThat(new McNemar(3, 3).p()).isEqualTo(1);
        assertThat(new McNemar(9, 1).significantLoss()).isTrue();
        assertThat(new McNemar(1, 9).significantLoss()).isFalse();
        assertThat(new McNemar(5, 0).significantLoss()).isFalse();
        assertThatThrownBy(() -> new McNemar(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void percentilesAreByNearestRank() {
        double[] values = IntStream.rangeClosed(1, 100).mapToDouble(i -> 101 - i).toArray();
        assertThat(Percentiles.of(values)).isEqualTo(new Percentiles(50, 95, 99));
        assertThat(Percentiles.of(new double[]{7, Double.NaN})).isEqualTo(new Percentiles(7, 7, 7));
        assertThat(Percentiles.of(new double[0]).p50()).isNaN();
    }

    @Test
    void unloadedTimesAreLinearBetweenLengths() {
        assertThat(UNLOADED.firstToken(200)).isCloseTo(.2, within(1e-12));
        assertThat(UNLOADED.perToken(150)).isCloseTo(.015, within(1e-12));
        assertThat(UNLOADED.firstToken(10)).isEqualTo(.1);
        assertThat(UNLOADED.firstToken(9_000)).isEqualTo(.3);
        Objective objective = Objective.of(UNLOADED);
        assertThat(objective.keeps(200, .79, .039)).isTrue();
        assertThat(objective.keeps(200, .81, .039)).isFalse();
        assertThat(objective.keeps(200, .79, .041)).isFalse();
        assertThat(objective.keeps(200, .79, Double.NaN)).isTrue();
        assertThatThrownBy(() -> new Unloaded(List.of())).hasMessageContaining("at least one length");
    }

    @Test
    void lossIsByLengthAndLinearBetweenMeasuredLevels() {
        NatsLoss loss = new NatsLoss(QUALITY);
        assertThat(loss.at(0, 100)).isZero();
        assertThat(loss.at(1, 100)).isCloseTo(.1, within(1e-12));
        assertThat(loss.at(3, 100)).isCloseTo(.25, within(1e-12));
        assertThat(loss.at(2, 5_000)).isCloseTo(.4, within(1e-12));
        assertThat(loss.at(9, 100)).isCloseTo(.3, within(1e-12));
        assertThatThrownBy(() -> new NatsLoss(QUALITY.subList(1, 3))).hasMessageContaining("with level 0");
    }

    @Test
    void timesThatOverlapAreBusyOnce() {
        List<Outcome> outcomes = new ArrayList<>(List.of(
                outcome(0, End.ANSWERED, 0, 1, 10, 2, List.of(), null),
                outcome(1, End.ANSWERED, 2, 3, 4, 2, List.of(), null),
                outcome(2, End.ANSWERED, 9, 10, 12, 2, List.of(), null),
                outcome(3, End.ANSWERED, 20, 21, 22, 2, List.of(), null)));
        assertThat(RunScores.busy(outcomes)).isCloseTo(14, within(1e-12));
    }

    private static TraceRequest request(int id, double arrival, double cancelAfter, int pause) {
        return new TraceRequest(id, arrival, 100, 5, id, Phase.STEADY, cancelAfter, pause);
    }

    private static Outcome outcome(int id, End end, double begun, double first, double last, int tokens,
            List<LevelChange> levels, Boolean right) {
        return new Outcome(id, end, begun, begun, first, last, 100, IntStream.range(0, tokens).boxed().toList(), levels,
                right, "");
    }
}
