package io.github.jlamadsla.it.load;

/**
 * What one round of the load benchmark measured.
 *
 * @param tokens of all answers of a run of streams
 * @param oneByOne seconds for all streams, one after the other
 * @param together seconds for the same at once
 * @param calm gaps between tokens of each stream while all decode and nothing else runs
 * @param disturbed the same while a long prompt is read
 * @param chunk a chunk of that prompt, read alone
 */
record LoadRound(int tokens, double oneByOne, double together, Times calm, Times disturbed, Times chunk) {

    /** How often the time of a typical chunk the typical gap grows by. */
    double medianRise() {
        return (disturbed.median() - calm.median()) / chunk.median();
    }

    /** How often the time of the longest chunk the longest gap exceeds a typical calm one by. */
    double largestRise() {
        return (disturbed.largest() - calm.median()) / chunk.largest();
    }
}
