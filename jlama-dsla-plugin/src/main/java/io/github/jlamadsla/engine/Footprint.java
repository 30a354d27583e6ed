package io.github.jlamadsla.engine;

import java.util.stream.IntStream;

/** Most bytes that a request needs at once, from its length and the levels it will go through. Pure. */
public final class Footprint {

    private Footprint() {}

    /**
     * Most bytes on the way from the prompt to the last token, if the request is raised where it has to be.
     *
     * @param prompt tokens of the prompt
     * @param capacity most tokens, prompt and output
     * @param rule level that it can have at each length; a constant for a pinned request. It may fall, as a limit of
     *        quality does at lengths where a level loses more: who was not raised before can then be raised less, and
     *        who was stays
     * @param borders lengths at which the rule may change, ascending
     */
    public static long most(SequenceBytes bytes, int prompt, int capacity, LevelRule rule, IntStream borders) {
        int first = rule.level(prompt);
        int highest = first;
        long most = 0;
        // Of the lengths of one level the last takes most: it is raised at the next one, not before.
        int[] ends = IntStream.concat(borders.filter(b -> b > prompt && b <= capacity).map(b -> b - 1),
                IntStream.of(capacity)).toArray();
        for (int end : ends) {
            highest = Math.max(highest, rule.level(end));
            most = Math.max(most, Math.max(bytes.of(end, rule.level(end)), bytes.of(end, highest)));
        }
        // While a layer is raised its states stand beside its pages.
        return highest == first ? most : most + bytes.of(0, highest) - bytes.of(0, highest - 1);
    }
}
