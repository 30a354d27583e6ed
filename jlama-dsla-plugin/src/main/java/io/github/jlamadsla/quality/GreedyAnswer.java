package io.github.jlamadsla.quality;

/**
 * What was written on greedily.
 *
 * @param tokens without the end token
 * @param ended whether the end token came; else the answer was cut at its greatest length
 */
public record GreedyAnswer(int[] tokens, boolean ended) {
    /** The longest period of a loop, in tokens. */
    public static final int LONGEST_PERIOD = 4;
    /** Tokens that a loop must fill: three rounds of the longest period. */
    public static final int LOOP_TOKENS = 3 * LONGEST_PERIOD;

    private static final int END = -1;

    /** Token at an index, the end counted as one of its own; the same behind it. */
    private int at(int index) {
        return index < tokens.length ? tokens[index] : END;
    }

    /**
     * Tokens that both begin with, the end counted as a token.
     *
     * @param most 1 or more; both must have been written that far, or have ended
     */
    public int common(GreedyAnswer other, int most) {
        int longest = Math.min(most, 1 + Math.min(tokens.length, other.tokens.length));
        int common = 0;
        while (common < longest && at(common) == other.at(common)) {
            common++;
        }
        return common;
    }

    /** Whether both are equal in their first {@code most} tokens; where both end before that, up to the end. */
    public boolean equal(GreedyAnswer other, int most) {
        int common = common(other, most);
        return common == most || common > 0 && at(common - 1) == END;
    }

    /**
     * Whether it ran into a loop: it did not end, and each of its last {@value #LOOP_TOKENS} tokens is the one that
     * stands a period before it, for a period of one to {@value #LONGEST_PERIOD} tokens within those.
     */
    public boolean loops() {
        if (ended || tokens.length < LOOP_TOKENS) {
            return false;
        }
        for (int period = 1; period <= LONGEST_PERIOD; period++) {
            if (repeats(period)) {
                return true;
            }
        }
        return false;
    }

    private boolean repeats(int period) {
        for (int i = tokens.length - LOOP_TOKENS + period; i < tokens.length; i++) {
            if (tokens[i] != tokens[i - period]) {
                return false;
            }
        }
        return true;
    }
}
