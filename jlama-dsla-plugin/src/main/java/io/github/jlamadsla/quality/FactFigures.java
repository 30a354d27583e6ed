package io.github.jlamadsla.quality;

import java.util.List;

/**
 * Right answers about hidden facts of one set.
 *
 * @param set its name
 * @param chats how many
 * @param levels by level, ascending
 */
public record FactFigures(String set, int chats, List<OfLevel> levels) {
    public FactFigures {
        levels = List.copyOf(levels);
    }

    /**
     * At one level.
     *
     * @param teacherForced answers of which every token is the likeliest
     * @param generated answers that the model writes by itself
     */
    public record OfLevel(int level, Share teacherForced, Share generated) {}
}
