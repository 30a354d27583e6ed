package io.github.jlamadsla.model;

import io.github.jlamadsla.memory.SequenceMemory;

/**
 * Tokens of one sequence that a step runs.
 *
 * @param memory the sequence's; the tokens follow what it remembers
 * @param tokens token ids
 * @param first index of the first to run
 * @param count how many, 1 or more
 */
public record SequenceStep(SequenceMemory memory, int[] tokens, int first, int count) {
    public SequenceStep {
        if (count < 1) {
            throw new IllegalArgumentException("a step of " + count + " tokens; allowed: 1 or more");
        }
    }
}
