package io.github.jlamadsla.it.load;

/**
 * Compares what a runtime says that it has in use with what the JVM has really allocated. All else that is off-heap,
 * such as weights, is there from the beginning on. Used by one thread.
 */
final class SoakBytes {
    /** Rounds after which nothing else is allocated off-heap: the buffers of files are there. */
    private static final int WARM_UP = 3;
    /** Four pages of keys and values of one layer of the tiny model. */
    private static final long TOLERANCE = 64 << 10;

    private final long budget;
    private int rounds;
    private long first;
    private long least = Long.MAX_VALUE;
    private long most;
    private long peak;

    /** @param budget most bytes that may ever be in use */
    SoakBytes(long budget) {
        this.budget = budget;
    }

    /**
     * Compares while nothing runs.
     *
     * @param counted bytes in use as the runtime says
     * @throws IllegalStateException if the difference is another one than before, or more was allocated than may be
     */
    void compare(long counted) {
        NativeMemory real = NativeMemory.now();
        long uncounted = real.bytes() - counted;
        if (rounds++ < WARM_UP) {
            first = uncounted;
            return;
        }
        least = Math.min(least, uncounted);
        most = Math.max(most, uncounted);
        peak = real.peak() - most;
        if (Math.max(first, most) - Math.min(first, least) > TOLERANCE) {
            throw new IllegalStateException(real.bytes() + " bytes allocated, of which " + counted
                    + " are counted; others before: " + first + ", allowed: " + TOLERANCE + " more or less");
        }
        if (peak > budget) {
            throw new IllegalStateException(peak + " bytes were allocated at once; allowed: " + budget);
        }
    }

    /** Numbers for people and for the test, each before its words. */
    @Override
    public String toString() {
        return peak + " bytes really allocated at most, " + (most - least) + " bytes counted wrongly";
    }
}
