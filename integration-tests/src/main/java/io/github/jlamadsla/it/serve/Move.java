package io.github.jlamadsla.it.serve;

/**
 * A move of the global level.
 *
 * @param time seconds since the trace began; below 0 while the server warmed up
 * @param from level before
 * @param to level after
 * @param reason the policy's
 */
record Move(double time, int from, int to, String reason) {}
