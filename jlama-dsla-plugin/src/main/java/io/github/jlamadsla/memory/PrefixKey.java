package io.github.jlamadsla.memory;

import java.util.Arrays;
import java.util.List;

/**
 * What an entry of the prefix cache is known by.
 *
 * @param blocks {@link TokenChain} name of its complete blocks
 * @param tail tokens after them, fewer than a block; null for the pages of the last of these blocks
 * @param history levels up to its end
 */
record PrefixKey(String blocks, List<Integer> tail, LevelHistory history) {

    static PrefixKey block(String blocks, LevelHistory history) {
        return new PrefixKey(blocks, null, history);
    }

    /** @param from, to the tail */
    static PrefixKey snapshot(String blocks, int[] tokens, int from, int to, LevelHistory history) {
        return new PrefixKey(blocks, Arrays.stream(tokens, from, to).boxed().toList(), history);
    }

    /** Whether the tail stands in these tokens at {@code from}, and ends at {@code most} or before. */
    boolean tailFits(int[] tokens, int from, int most) {
        if (from + tail.size() > most) {
            return false;
        }
        for (int i = 0; i < tail.size(); i++) {
            if (tail.get(i) != tokens[from + i]) {
                return false;
            }
        }
        return true;
    }
}
