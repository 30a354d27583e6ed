package io.github.jlamadsla.engine;

/** Off-heap bytes of a sequence, exact, before anything is allocated. Pure. */
@FunctionalInterface
public interface SequenceBytes {

    /**
     * @param tokens prompt and output tokens
     * @param level DSLA layers
     * @throws IllegalArgumentException if the level is not valid
     */
    long of(int tokens, int level);
}
