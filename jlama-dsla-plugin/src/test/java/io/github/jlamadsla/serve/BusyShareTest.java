package io.github.jlamadsla.serve;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class BusyShareTest {
    private final BusyShare share = new BusyShare(Duration.ofMinutes(1));

    @Test
    void followsWhatItIsToldWithinMinutes() {
        assertThat(share.at(0, true)).isZero();
        assertThat(share.at(Load.seconds(60), true)).isCloseTo(1 - Math.exp(-1), within(1e-9));
        assertThat(share.at(Load.seconds(600), false)).isCloseTo(1, within(1e-3));
        assertThat(share.at(Load.seconds(720), false)).isCloseTo(Math.exp(-2), within(1e-3));
    }

    @Test
    void halfTheTimeIsHalf() {
        for (int i = 0; i < 1_200; i++) {
            share.at(Load.seconds(i), i % 2 == 0);
        }
        assertThat(share.at(Load.seconds(1_200), false)).isCloseTo(.5, within(.01));
    }

    @Test
    void aClockPutBackIsNoTime() {
        share.at(Load.seconds(100), true);
        double before = share.at(Load.seconds(130), true);
        assertThat(share.at(Load.seconds(10), true)).isEqualTo(before);
        assertThat(share.at(Load.seconds(40), true)).isGreaterThan(before).isLessThan(1);
    }

    @Test
    void aWindowOfNothingIsRefused() {
        assertThatThrownBy(() -> new BusyShare(Duration.ZERO)).hasMessage("window is PT0S; allowed: above 0");
    }
}
