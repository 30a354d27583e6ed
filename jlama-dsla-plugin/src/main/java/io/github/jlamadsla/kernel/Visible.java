package io.github.jlamadsla.kernel;

/**
 * Which keys a row sees of those up to its own position: the newest {@code window}, its own among them, and the first
 * {@code sinks} of the sequence, as far as they are older than that.
 *
 * @param window 1 or more; {@link Integer#MAX_VALUE} for full attention
 * @param sinks 0 to {@link KvLayout#POSITIONS}: they lie in the first tile
 */
public record Visible(int window, int sinks) {

    /** Full causal attention. */
    public static final Visible ALL = new Visible(Integer.MAX_VALUE, 0);

    public Visible {
        if (window < 1) {
            throw new IllegalArgumentException("window is " + window + "; allowed: 1 or more");
        }
        if (sinks < 0 || sinks > KvLayout.POSITIONS) {
            throw new IllegalArgumentException("sinks is " + sinks + "; allowed: 0 to " + KvLayout.POSITIONS);
        }
    }

    /** Oldest key of the window of the row at {@code position}. */
    int firstKey(int position) {
        return (int) Math.max(0, (long) position - window + 1);
    }

    /** How many sinks are older than the window of the row at {@code position}; grows with the position. */
    int olderSinks(int position) {
        return Math.min(sinks, firstKey(position));
    }
}
