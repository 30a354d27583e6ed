package io.github.jlamadsla.serve;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.jlamadsla.serve.AdaptivePolicy.CoolDowns;
import io.github.jlamadsla.serve.AdaptivePolicy.Headroom;
import io.github.jlamadsla.serve.AdaptivePolicy.Latency;

import static io.github.jlamadsla.serve.Load.MB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Each rule of the adaptive policy and its borders. */
class AdaptivePolicyTest {
    private static final AdaptivePolicy POLICY = AdaptivePolicy.DEFAULT;
    private static final double NEVER = Double.POSITIVE_INFINITY;

    private static Load waiting(int level, double predicted) {
        return Load.at(level, 8).queue(31, 18_432, 4_000, 0).predicted(predicted);
    }

    private static Load calm(int level) {
        return Load.at(level, 8);
    }

    @ParameterizedTest
    @CsvSource({"1.9,0", "2.0,0", "2.1,1", "6.0,1", "6.1,2", "1e9,2"})
    void upByPredictedTimeToFirstToken(double predicted, int to) {
        assertThat(waiting(0, predicted).decide(POLICY).to()).isEqualTo(to);
    }

    @Test
    void theReasonHasItsNumbers() {
        assertThat(waiting(0, 12.34).decide(POLICY)).isEqualTo(new LevelMove(0, 2, LevelMove.Cause.LATENCY,
                "predicted time to first token 12.3 s above 2.0 s (31 requests, 18,432 tokens)"));
        assertThat(waiting(0, 3).queue(2, 100, 60, 11).memory(1_000 * MB, 100 * MB, 0, 3).decide(POLICY).reason())
                .isEqualTo("3 requests stalled for memory; free memory 10.0 % below 15.0 % (100.0 MB of 1,000.0 MB); "
                        + "predicted time to first token 3.0 s above 2.0 s (2 requests, 100 tokens); "
                        + "age of the oldest request 11.0 s above 10.0 s (2 requests, 100 tokens)");
    }

    @ParameterizedTest
    @CsvSource({"10,0", "10.1,1", "30,1", "30.1,2", "-50,0"})
    void upByAgeOfTheOldest(double age, int to) {
        assertThat(Load.at(0, 8).queue(2, 100, 60, age).predicted(.1).decide(POLICY).to()).isEqualTo(to);
    }

    @Test
    void oneThatWaitsAloneDoesNotMoveIt() {
        assertThat(Load.at(0, 8).queue(1, 8_000, 8_000, 60).predicted(60).decide(POLICY).moves()).isFalse();
        assertThat(Load.at(0, 8).queue(2, 8_000, 8_000, 60).predicted(60).decide(POLICY).to()).isEqualTo(2);
    }

    @Test
    void onlyWhereAHigherLevelHelps() {
        Load same = Load.at(0, 3).queue(9, 900, 100, 99);
        assertThat(same.predicted(List.of(9.0, 9.0, 9.0, 9.0)).decide(POLICY).moves()).isFalse();
        assertThat(same.predicted(List.of(10.0, 9.96, 9.96, 9.96)).decide(POLICY).moves()).isFalse();
        assertThat(same.predicted(List.of(10.0, 9.94, 9.94, 9.94)).decide(POLICY).to()).isEqualTo(1);
        assertThat(same.predicted(List.of(9.0, 8.0, 9.0, 9.0)).decide(POLICY).to()).isEqualTo(1);
        assertThat(same.predicted(List.of(9.0, 9.5, 8.0, 9.0)).decide(POLICY).to()).isEqualTo(2);
        // Nothing is known of times: age alone decides.
        assertThat(same.predicted(List.of()).decide(POLICY).to()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"151,0,0", "150,0,0", "149,0,1", "75,0,1", "74,0,2", "-5,0,2", "340,17.1,1", "340,17,0", "351,900,0",
        "340,-50,0", "340,NaN,0", "200,10,0", "200,10.1,1"})
    void upByFreeMemoryAndItsGrowth(long freeMb, double growthMb, int to) {
        assertThat(Load.at(0, 8).memory(1_000 * MB, freeMb * MB, growthMb * MB, 0).decide(POLICY).to()).isEqualTo(to);
    }

    @Test
    void memoryUsedUpSoonIsSaidInNumbers() {
        assertThat(Load.at(0, 8).memory(1_000 * MB, 340 * MB, 34e6, 0).decide(POLICY).reason())
                .isEqualTo("free memory 34.0 % used up in 10.0 s at 34.0 MB/s, below 20.0 s");
    }

    @Test
    void noLimitOfMemoryIsNoShortage() {
        assertThat(Load.at(0, 8).memory(0, 0, 5, 0).decide(POLICY).moves()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1.9,false", "2,true", "-5,true", "Infinity,true"})
    void theNextMoveUpWaits(double sinceUp, boolean moves) {
        assertThat(waiting(2, 9).moved(sinceUp, NEVER).decide(POLICY).moves()).isEqualTo(moves);
        assertThat(waiting(2, 9).moved(sinceUp, 0).decide(POLICY).moves()).isEqualTo(moves);
    }

    @Test
    void stalledRequestsDoNotWait() {
        assertThat(Load.at(2, 8).memory(1_000 * MB, 900 * MB, 0, 1).moved(0, 0).decide(POLICY))
                .isEqualTo(new LevelMove(2, 4, LevelMove.Cause.MEMORY, "1 request stalled for memory"));
    }

    @Test
    void neverBeyondTheTop() {
        assertThat(waiting(7, 1e6).decide(POLICY).to()).isEqualTo(8);
        assertThat(waiting(8, 1e6).memory(1_000 * MB, 0, 0, 5).decide(POLICY)).isEqualTo(LevelMove.stay(8));
    }

    @ParameterizedTest
    @CsvSource({"60,Infinity,.01,true", "59,Infinity,.01,false", "60,10,.01,true", "60,9,.01,false",
        // A peak is over: quiet up to 10 % busy,
        "60,Infinity,.1,true", "60,Infinity,.11,false", "3599,10,.1,true",
        // for an hour and only if the last move up was no failure; 1 % is quiet always.
        "3600,10,.1,false", "3600,10,.01,true", "60,959,.1,false", "60,960,.1,true", "60,100,.01,true",
        // At other times
        "900,900,1,false", "900,Infinity,1,true", "899,Infinity,1,false", "1000,899,1,false", "1000,900,1,true",
        "900,1799,1,false", "3599,3600,1,false", "3600,3601,1,true", "900,1800,1,true", "900,Infinity,NaN,true",
        // A clock that was put back is healed by the move that it allows.
        "-1,-1,1,true", "-1,5,1,false", "5,-1,1,false"})
    void whenACalmLoadMayGoDown(double sinceUp, double sinceDown, double busy, boolean moves) {
        LevelMove move = calm(3).moved(sinceUp, sinceDown).busy(busy).decide(POLICY);
        assertThat(move.to()).isEqualTo(moves ? 2 : 3);
    }

    @ParameterizedTest
    // requests, predicted at level 3, below it, age, free MB, growth
    @CsvSource({"2,.5,2,2,350,9e9,true", "2,.51,2,2,350,0,false", "2,.5,2.1,2,350,0,false", "2,.5,2,2.1,350,0,false",
        "2,.5,2,2,349,0,false", "1,90,99,99,350,0,true", "0,0,0,0,1000,0,true"})
    void calmIsWellBelowEveryThreshold(int requests, double at, double below, double age, long freeMb, double growth,
            boolean moves) {
        LevelMove move = calm(3).queue(requests, 100, 100, age).predicted(List.of(9.0, 9.0, below, at, 0.0))
                .memory(1_000 * MB, freeMb * MB, growth, 0).decide(POLICY);
        assertThat(move.moves()).isEqualTo(moves);
    }

    @Test
    void downIsOneLevelAndSaysWhy() {
        assertThat(calm(3).busy(.005).decide(POLICY)).isEqualTo(new LevelMove(3, 2, LevelMove.Cause.CALM,
                "calm: predicted time to first token 0.0 s (0 requests), free memory 100.0 %, busy 0.5 %"));
        assertThat(calm(0).busy(0).decide(POLICY)).isEqualTo(LevelMove.stay(0));
    }

    @Test
    void otherThresholds() {
        AdaptivePolicy slow = POLICY.withFirstToken(Duration.ofSeconds(30), Duration.ofSeconds(10));
        assertThat(waiting(0, 29).decide(slow).moves()).isFalse();
        assertThat(waiting(0, 31).decide(slow).to()).isEqualTo(1);
        assertThat(waiting(3, 9).moved(3_600, 3_600).decide(slow).to()).isEqualTo(2);
        AdaptivePolicy other = POLICY.withMemory(new Headroom(.5, .6, Duration.ZERO))
                .withCoolDowns(new CoolDowns(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO,
                        Duration.ZERO, 0, 0))
                .withLatency(Latency.DEFAULT);
        assertThat(Load.at(0, 8).memory(10, 4, 0, 0).moved(0, 0).decide(other).to()).isEqualTo(1);
        assertThat(calm(3).moved(0, 0).decide(other).to()).isEqualTo(2);
    }

    @Test
    void thresholdsThatMakeNoSenseAreRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> POLICY.withFirstToken(second, Duration.ofSeconds(2)))
                .hasMessage("latency.down is PT2S; allowed: at most latency.up, which is PT1S");
        assertThatThrownBy(() -> POLICY.withFirstToken(Duration.ofDays(2), second))
                .hasMessage("latency.up is PT48H; allowed: 0 to 1 day");
        assertThatThrownBy(() -> new Latency(second, second, second, Duration.ofSeconds(-1), 2))
                .hasMessage("latency.downAge is PT-1S; allowed: 0 to 1 day");
        assertThatThrownBy(() -> new Latency(second, second, second, second, 0))
                .hasMessage("latency.requests is 0; allowed: 1 or more");
        assertThatThrownBy(() -> new Headroom(.4, .4, second)).hasMessageContaining("up below down");
        assertThatThrownBy(() -> new Headroom(Double.NaN, .4, second)).hasMessageContaining("0 to 1");
        assertThatThrownBy(() -> new CoolDowns(second, second, second, Duration.ofSeconds(2), second, .1, .3))
                .hasMessageContaining("coolDowns.down is PT2S; allowed: at most coolDowns.failed");
        assertThatThrownBy(() -> new CoolDowns(second, second, second, second, second, .4, .3))
                .hasMessageContaining("idleShare at most quietShare");
    }

    @Test
    void theModesFactories() {
        assertThat(LevelMode.adaptive()).isEqualTo(LevelMode.adaptive(LengthCaps.PAPER, QualityLimit.DEFAULT, POLICY))
                .hasToString("by load");
        assertThatThrownBy(() -> LevelMode.adaptive(LengthCaps.PAPER, QualityLimit.DEFAULT, null))
                .isInstanceOf(NullPointerException.class).hasMessage("policy");
    }
}
