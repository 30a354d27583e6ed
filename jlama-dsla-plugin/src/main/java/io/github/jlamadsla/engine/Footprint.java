package io.github.jlamadsla.engine;

import io.github.jlamadsla.kernel.KvLayout;
import io.github.jlamadsla.model.HybridModel;

/** Most bytes that a request needs at once, from its length and the levels it will go through. */
final class Footprint {

    private Footprint() {}

    /**
     * @param prompt tokens of the prompt
     * @param capacity most tokens, prompt and output
     * @param rule level at each length, not falling; a constant for a pinned request
     */
    static long most(HybridModel model, int prompt, int capacity, LevelRule rule) {
        int first = rule.level(prompt);
        int last = Math.max(first, rule.level(capacity));
        long most = 0;
        // Memory grows at the borders of pages only.
        for (int length = prompt; length < capacity; length = Math.min(capacity, nextPage(length))) {
            most = Math.max(most, model.sequenceBytes(length, rule.level(length)));
        }
        most = Math.max(most, model.sequenceBytes(capacity, last));
        // While a layer is raised its states stand beside its pages.
        return last == first ? most : most + model.sequenceBytes(0, last) - model.sequenceBytes(0, last - 1);
    }

    private static int nextPage(int length) {
        return (length / KvLayout.POSITIONS + 1) * KvLayout.POSITIONS;
    }
}
