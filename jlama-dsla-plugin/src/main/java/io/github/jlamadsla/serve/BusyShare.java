package io.github.jlamadsla.serve;

import java.time.Duration;

/**
 * Share of the last minutes in which an engine had a request, older time counting less and less. Told when that
 * changes, at least; between two calls things were as the first said. Used by one thread.
 */
public final class BusyShare {
    /** What {@link AdaptivePolicy#DEFAULT} is made for: long enough for a pause between two requests to say nothing. */
    public static final Duration WINDOW = Duration.ofMinutes(5);

    private final double window; // nanoseconds
    private double share;
    private boolean busy;
    private long last;
    private boolean told;

    /** @param window time after which the past counts for about a third, above 0 */
    public BusyShare(Duration window) {
        if (window.isZero() || window.isNegative()) {
            throw new IllegalArgumentException("window is " + window + "; allowed: above 0");
        }
        this.window = window.toNanos();
    }

    /**
     * @param now nanoseconds of the engine's clock; one that was put back counts as no time
     * @param busy whether there is a request from now on
     * @return the share up to now, 0 to 1
     */
    public double at(long now, boolean busy) {
        if (told) {
            double past = Math.exp(-Math.max(0, now - last) / window);
            share = past * share + (1 - past) * (this.busy ? 1 : 0);
        }
        this.told = true;
        this.last = now;
        this.busy = busy;
        return share;
    }
}
