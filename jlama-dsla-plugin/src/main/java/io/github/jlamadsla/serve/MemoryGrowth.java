package io.github.jlamadsla.serve;

/** Bytes per second that are taken more than given back, smoothed. Used by one thread. */
final class MemoryGrowth {
    /** Seconds after which a change counts about a third. */
    private static final double MEMORY = 5;

    private long bytes;
    private long time;
    private boolean started;
    private double rate;

    /** @param now steady nanoseconds */
    void look(long held, long now) {
        double seconds = (now - time) / 1e9;
        if (started && seconds > 0) {
            rate += ((held - bytes) / seconds - rate) * (1 - Math.exp(-seconds / MEMORY));
        }
        if (!started || seconds > 0) {
            bytes = held;
            time = now;
            started = true;
        }
    }

    double bytesPerSecond() {
        return rate;
    }
}
