package io.github.jlamadsla.engine;

import io.github.jlamadsla.kernel.KvLayout;

/** Most bytes that a request needs at once, from its length and the levels it will go through. Pure. */
public final class Footprint {

    private Footprint() {}

    /**
     * @param prompt tokens of the prompt
     * @param capacity most tokens, prompt and output
     * @param rule level at each length that it can be raised to; a constant for a pinned request. It may fall, as a limit
     *        of quality does at lengths where a level loses more: who was not raised before can then be raised less
     */
    public static long most(SequenceBytes bytes, int prompt, int capacity, LevelRule rule) {
        int first = rule.level(prompt);
        int last = rule.level(capacity);
        int highest = Math.max(first, last);
        long most = bytes.of(capacity, last);
        // Memory grows at the borders of pages only.
        for (int length = prompt; length < capacity; length = Math.min(capacity, nextPage(length))) {
            highest = Math.max(highest, rule.level(length));
            most = Math.max(most, bytes.of(length, rule.level(length)));
        }
        // While a layer is raised its states stand beside its pages.
        return highest == first ? most : most + bytes.of(0, highest) - bytes.of(0, highest - 1);
    }

    private static int nextPage(int length) {
        return (length / KvLayout.POSITIONS + 1) * KvLayout.POSITIONS;
    }
}
