package io.github.jlamadsla.it.serve;

/**
 * What a request is promised, stated in the trace before the first run: multiples of what it would take alone at level 0.
 *
 * @param firstTokenFactor times the unloaded time to first token of its length
 * @param perTokenFactor times the unloaded time per token of its length
 * @param unloaded the times of this machine
 */
record Objective(double firstTokenFactor, double perTokenFactor, Unloaded unloaded) {
    /** Issue 8. */
    static final double FIRST_TOKEN_FACTOR = 4;
    static final double PER_TOKEN_FACTOR = 2;

    static Objective of(Unloaded unloaded) {
        return new Objective(FIRST_TOKEN_FACTOR, PER_TOKEN_FACTOR, unloaded);
    }

    /**
     * @param firstToken seconds from arrival
     * @param perToken seconds for each token after it; NaN if there was none
     */
    boolean keeps(int promptTokens, double firstToken, double perToken) {
        return firstToken <= firstTokenFactor * unloaded.firstToken(promptTokens)
                && !(perToken > perTokenFactor * unloaded.perToken(promptTokens));
    }
}
