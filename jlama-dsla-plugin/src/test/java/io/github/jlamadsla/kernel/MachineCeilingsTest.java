package io.github.jlamadsla.kernel;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MachineCeilingsTest {

    @Test
    void ratesArePlausible() {
        try (Workers workers = new SpinningWorkers(2)) {
            MachineCeilings ceilings = new MachineCeilings(workers, System::nanoTime);
            // Wide bounds: anything that computes at all against anything that was ever built.
            assertThat(ceilings.fmaGflops(Duration.ofMillis(200))).isBetween(0.001, 10_000.0);
            assertThat(ceilings.readGbps(8 << 20, Duration.ofMillis(200))).isBetween(0.001, 100_000.0);
            assertThat(ceilings.readGbps(1, Duration.ZERO)).isPositive();
        }
    }
}
