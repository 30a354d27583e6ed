package io.github.jlamadsla.engine;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.github.jlamadsla.kernel.KvLayout;

/**
 * Positions of a prompt at which states are kept, for they cannot be cut back: the newest message ends, since another
 * prompt goes on from there or goes another way; the prompt's end; and every 512th position, which any prompt with a
 * long common beginning has too. Pure.
 */
final class SnapshotPoints {
    /** Tokens of a block of cached pages. */
    static final int BLOCK = KvLayout.POSITIONS;

    private static final int EVERY = 512;
    private static final int MOST_MESSAGES = 4;

    private final TreeSet<Integer> points = new TreeSet<>();
    private final int end;

    /** @param stopTokens tokens that end a message */
    SnapshotPoints(List<Integer> prompt, Set<Integer> stopTokens) {
        this.end = prompt.size();
        for (int i = end - 1; i >= 0 && points.size() < MOST_MESSAGES; i--) {
            if (stopTokens.contains(prompt.get(i))) {
                points.add(i + 1);
            }
        }
        points.add(end);
    }

    boolean contains(int position) {
        return position > 0 && position <= end && (position % EVERY == 0 || points.contains(position));
    }

    /** The next point after a position before the prompt's end. */
    int next(int position) {
        return Math.min(points.higher(position), (position / EVERY + 1) * EVERY);
    }
}
