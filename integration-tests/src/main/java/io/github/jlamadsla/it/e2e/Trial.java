package io.github.jlamadsla.it.e2e;

import java.util.List;
import java.util.SplittableRandom;

/**
 * What an engine is asked to do: read a prompt of random tokens up to each context length, and go on from there.
 *
 * @param level DSLA layers; Jlama has none
 * @param contexts prompt lengths in tokens, ascending
 * @param decodeSteps tokens after the first one
 * @param vocabulary ids are below it
 * @param seed of the prompt; a shorter prompt of the same seed is the beginning of a longer one
 */
record Trial(int level, List<Integer> contexts, int decodeSteps, int vocabulary, long seed) {
    /** Below it may be special tokens. */
    private static final int FIRST_TOKEN = 16;

    Trial {
        contexts = List.copyOf(contexts);
        if (contexts.isEmpty() || decodeSteps < 1) {
            throw new IllegalArgumentException("contexts " + contexts + ", decodeSteps " + decodeSteps
                    + "; allowed: at least one of each");
        }
    }

    /** The prompt of the longest context. */
    int[] tokens() {
        return new SplittableRandom(seed).ints(contexts.getLast(), FIRST_TOKEN, vocabulary).toArray();
    }
}
