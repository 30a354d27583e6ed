package io.github.jlamadsla.it;

import java.time.Duration;

import io.github.jlamadsla.kernel.MachineCeilings;
import io.github.jlamadsla.kernel.SpinningWorkers;
import io.github.jlamadsla.kernel.Workers;

/**
 * What the machine can do at most, taken in the same run as the figures beside it.
 *
 * @param multiplyAddGflops F32 multiply-adds of all threads together, in 10^9 floating-point operations a second
 * @param readGigabytesPerSecond memory read by all threads together, in 10^9 bytes a second
 * @param threads threads that took part
 */
public record Ceilings(double multiplyAddGflops, double readGigabytesPerSecond, int threads) {
    /** Several times the last-level cache of most machines. */
    private static final long READ_BYTES = 512L << 20;

    /** Takes about three seconds, on as many threads as the engine uses. */
    public static Ceilings measure() {
        try (Workers workers = SpinningWorkers.onPhysicalCores()) {
            MachineCeilings machine = new MachineCeilings(workers, System::nanoTime);
            return new Ceilings(Measured.rounded(machine.fmaGflops(Duration.ofSeconds(1))),
                    Measured.rounded(machine.readGbps(READ_BYTES, Duration.ofSeconds(2))), workers.threads());
        }
    }
}
