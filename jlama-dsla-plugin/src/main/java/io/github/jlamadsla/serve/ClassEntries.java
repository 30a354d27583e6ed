package io.github.jlamadsla.serve;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.jlamadsla.engine.SequenceView;

/** Which running sequences have entered a length class and are not yet at the level it brings. Used by one thread. */
final class ClassEntries {
    private final LevelBounds bounds;
    private final Map<Long, Integer> settled = new HashMap<>(); // by id: highest level of the class dealt with

    ClassEntries(LevelBounds bounds) {
        this.bounds = bounds;
    }

    /** @param ids of all sequences there are */
    void look(List<SequenceView> sequences, Set<Long> ids, int global) {
        settled.keySet().retainAll(ids);
        for (SequenceView s : sequences) {
            if (s.state().begun()) {
                settled.putIfAbsent(s.id(), bounds.highest(s.promptTokens()));
                if (bounds.level(s.length(), global) <= s.levels().level()) {
                    settled.put(s.id(), bounds.highest(s.length()));
                }
            }
        }
    }

    /** Whether a raise is due because of its length. */
    boolean entered(SequenceView s) {
        return settled.getOrDefault(s.id(), Integer.MAX_VALUE) < bounds.highest(s.length());
    }
}
