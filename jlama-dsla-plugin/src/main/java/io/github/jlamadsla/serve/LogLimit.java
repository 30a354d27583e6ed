package io.github.jlamadsla.serve;

/** Lets one line per second into the log and counts the others. Thread-safe. */
final class LogLimit {
    private static final long PAUSE = 1_000_000_000L;

    private long last;
    private boolean started;
    private long held;

    /**
     * @param now nanoseconds
     * @return how many events the line stands for, this one included; 0 for no line
     */
    synchronized long pass(long now) {
        held++;
        // A clock that jumps back may not silence the log until it has caught up.
        if (started && now - last < PAUSE && now >= last) {
            return 0;
        }
        started = true;
        last = now;
        long all = held;
        held = 0;
        return all;
    }
}
