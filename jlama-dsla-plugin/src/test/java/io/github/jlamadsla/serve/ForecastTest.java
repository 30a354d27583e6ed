package io.github.jlamadsla.serve;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class ForecastTest {

    @Test
    void promptsAreInterpolatedBetweenPointsAndPastTheLast() {
        Forecast.Curve curve = new Forecast.Curve(List.of(1d, 3d));
        assertThat(curve.at(0)).isZero();
        assertThat(curve.at(32)).isEqualTo(.5);
        assertThat(curve.at(64)).isEqualTo(1);
        assertThat(curve.at(96)).isEqualTo(2);
        assertThat(curve.at(128)).isEqualTo(3);
        assertThat(curve.at(192)).isEqualTo(5);
        assertThat(Forecast.Curve.UNKNOWN.at(1_000)).isZero();
    }

    /** 100 tokens at 30 a step are four steps; what decodes adds a part to each until it has ended. */
    @Test
    void whatDecodesAddsToEveryStepUntilItEnds() {
        Forecast.Curve curve = new Forecast.Curve(List.of(1d));
        Forecast busy = new Forecast(List.of(), new Forecast.Decoding(.1, 5, 30), curve, 0, true);
        assertThat(busy.firstToken(0, 100, List.of(), 0)).isCloseTo(100 / 64d + .4, within(1e-12));
        Forecast ending = new Forecast(List.of(), new Forecast.Decoding(.1, .25, 30), curve, 0, true);
        assertThat(ending.firstToken(0, 100, List.of(), 0)).isCloseTo(100 / 64d + .25, within(1e-12));
    }

    @Test
    void onlyPromptsOfNoLowerPriorityComeBefore() {
        Forecast forecast = new Forecast(
                List.of(new Forecast.Waiting(1, 0, 10, 2), new Forecast.Waiting(0, 0, 10, 3),
                        new Forecast.Waiting(-1, 0, 10, 4)),
                new Forecast.Decoding(0, 0, 1), new Forecast.Curve(List.of(64d)), 0, true);
        assertThat(forecast.firstToken(0, 1, List.of(), 0)).isEqualTo(6);
        assertThat(forecast.firstToken(2, 1, List.of(new Forecast.Waiting(2, 0, 1, 5)), 0)).isEqualTo(6);
        assertThat(forecast.firstTokenOfLast(-1, 0)).isEqualTo(9);
    }

    /** As the scheduler ranks them: one of priority 0 that has waited 20 s stands before a new one of up to 4. */
    @Test
    void whoHasWaitedLongComesBeforeANewOneOfHigherPriority() {
        long now = 20_000_000_000L;
        Forecast forecast = new Forecast(List.of(new Forecast.Waiting(0, 0, 10, 3)), new Forecast.Decoding(0, 0, 1),
                new Forecast.Curve(List.of(64d)), 0, true);
        assertThat(forecast.firstToken(1, 1, List.of(), 4_999_999_999L)).isEqualTo(1);
        assertThat(forecast.firstToken(1, 1, List.of(), 5_000_000_000L)).isEqualTo(4);
        assertThat(forecast.firstToken(4, 1, List.of(), now)).isEqualTo(4);
        assertThat(forecast.firstToken(5, 1, List.of(), now)).isEqualTo(1);
        assertThat(forecast.firstToken(1, 1, List.of(new Forecast.Waiting(1, now, 1, 5)), now)).isEqualTo(9);
        assertThat(forecast.firstTokenOfLast(4, now)).isEqualTo(3);
        assertThat(forecast.firstTokenOfLast(5, now)).isZero();
    }

    @Test
    void steadyTimeLeavesOutWhatTheClockJumpsBack() {
        SteadyClock clock = new SteadyClock();
        assertThat(clock.at(-500)).isZero();
        assertThat(clock.at(-400)).isEqualTo(100);
        assertThat(clock.at(-9_000)).isEqualTo(100);
        assertThat(clock.at(-8_990)).isEqualTo(110);
    }

    @Test
    void oneLogLineASecondThatStandsForTheOthers() {
        LogLimit log = new LogLimit();
        assertThat(log.pass(0)).isEqualTo(1);
        assertThat(log.pass(10)).isZero();
        assertThat(log.pass(999_999_999)).isZero();
        assertThat(log.pass(1_000_000_000)).isEqualTo(3);
        // Not silent for an hour when the clock jumps back by one.
        assertThat(log.pass(-3_600_000_000_000L)).isEqualTo(1);
    }

    @Test
    void memoryGrowthFollowsWhatIsTakenAndFallsWhenItStops() {
        MemoryGrowth growth = new MemoryGrowth();
        for (int second = 0; second < 60; second++) {
            growth.look(100L * second, second * 1_000_000_000L);
        }
        assertThat(growth.bytesPerSecond()).isCloseTo(100, within(1d));
        for (int second = 60; second < 90; second++) {
            growth.look(5_900, second * 1_000_000_000L);
        }
        assertThat(growth.bytesPerSecond()).isCloseTo(0, within(1d));
    }
}
