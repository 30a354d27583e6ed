package io.github.jlamadsla.it;

/**
 * What the machine can do at most, taken in the same run as the figures beside it.
 *
 * @param multiplyAddGflops F32 multiply-adds of all threads together, in 10^9 floating-point operations a second
 * @param readGigabytesPerSecond memory read by all threads together, in 10^9 bytes a second
 * @param threads threads that took part
 */
public record Ceilings(double multiplyAddGflops, double readGigabytesPerSecond, int threads) {
}
