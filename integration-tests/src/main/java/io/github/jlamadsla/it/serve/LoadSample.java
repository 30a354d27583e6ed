package io.github.jlamadsla.it.serve;

/**
 * The load at one time.
 *
 * @param time seconds since the trace began
 * @param waiting requests that have come and have no token yet
 * @param open requests that have come and have not ended
 * @param bytes in use
 */
record LoadSample(double time, int waiting, int open, long bytes) {}
