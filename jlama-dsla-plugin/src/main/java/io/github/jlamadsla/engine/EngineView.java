package io.github.jlamadsla.engine;

import java.util.List;

/**
 * What a scheduler sees between two steps: a value, made anew for each.
 *
 * @param now nanoseconds of the engine's clock
 * @param sequences all that have not ended, in the order of arrival
 * @param memory bytes of the budget
 */
public record EngineView(long now, List<SequenceView> sequences, Memory memory) {
    public EngineView {
        sequences = List.copyOf(sequences);
    }

    /**
     * Bytes of the one budget of all sequences and prefixes.
     *
     * @param limit most that may be in use
     * @param used in use: pages, states, windows, prefixes
     * @param prefixes of them, what only the prefix cache holds: freed when a sequence needs it
     * @param pages of them, pages of keys and values that sequences hold; the rest are their states and windows
     */
    public record Memory(long limit, long used, long prefixes, long pages) {

        /** Bytes that sequences may still take. */
        public long free() {
            return limit - used + prefixes;
        }
    }
}
