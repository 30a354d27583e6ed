package io.github.jlamadsla.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * At which level a sequence stood from which position on. With the tokens it decides every bit of what is remembered.
 *
 * @param changes ascending in position, the first at 0; of several at one position the last alone counts
 */
public record LevelHistory(List<Change> changes) {

    /**
     * @param position tokens in memory when the level was taken
     * @param level DSLA layers from there on
     */
    public record Change(int position, int level) {}

    public LevelHistory {
        List<Change> kept = new ArrayList<>();
        for (Change change : changes) {
            if (!kept.isEmpty() && kept.getLast().position() == change.position()) {
                kept.removeLast();
            }
            kept.add(change);
        }
        if (kept.isEmpty() || kept.getFirst().position() != 0) {
            throw new IllegalArgumentException("levels are " + changes + "; allowed: a first one at position 0");
        }
        changes = List.copyOf(kept);
    }

    /** One level from the beginning. */
    public static LevelHistory at(int level) {
        return new LevelHistory(List.of(new Change(0, level)));
    }

    /** The level at the end. */
    public int level() {
        return changes.getLast().level();
    }

    /** The history of the positions before {@code end}, 1 or more. */
    LevelHistory before(int end) {
        return changes.getLast().position() < end
                ? this
                : new LevelHistory(changes.stream().filter(c -> c.position() < end).toList());
    }
}
