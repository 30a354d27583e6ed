package io.github.jlamadsla.serve;

/** Time that never goes back, from a clock that may: what it jumps back by is left out. Used by one thread. */
final class SteadyClock {
    private long last;
    private long time;
    private boolean started;

    /** Nanoseconds since the first call, 0 then. */
    long at(long now) {
        time += started ? Math.max(0, now - last) : 0;
        last = now;
        started = true;
        return time;
    }
}
