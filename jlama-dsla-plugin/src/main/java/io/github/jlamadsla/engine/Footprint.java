package io.github.jlamadsla.engine;

import io.github.jlamadsla.kernel.KvLayout;

/** Most bytes that a request needs at once, from its length and the levels it will go through. Pure. */
public final class Footprint {

    private Footprint() {}

    /**
     * @param prompt tokens of the prompt
     * @param capacity most tokens, prompt and output
     * @param rule level at each length, not falling; a constant for a pinned request
     */
    public static long most(SequenceBytes bytes, int prompt, int capacity, LevelRule rule) {
        int first = rule.level(prompt);
        int last = Math.max(first, rule.level(capacity));
        long most = 0;
        // Memory grows at the borders of pages only.
        for (int length = prompt; length < capacity; length = Math.min(capacity, nextPage(length))) {
            most = Math.max(most, bytes.of(length, rule.level(length)));
        }
        most = Math.max(most, bytes.of(capacity, last));
        // While a layer is raised its states stand beside its pages.
        return last == first ? most : most + bytes.of(0, last) - bytes.of(0, last - 1);
    }

    private static int nextPage(int length) {
        return (length / KvLayout.POSITIONS + 1) * KvLayout.POSITIONS;
    }
}
