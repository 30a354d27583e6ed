package io.github.jlamadsla.engine;

/**
 * What a scheduler sees of a sequence.
 *
 * @param id unique in its engine, ascending by arrival
 * @param promptTokens tokens of the prompt
 * @param position tokens in memory
 * @param level DSLA layers now
 * @param dueLevel level it should have; above {@code level}: it waits to be raised
 */
public record SequenceView(long id, int promptTokens, int position, int level, int dueLevel) {

    /** Prompt tokens not yet read; 0 when it decodes. */
    public int promptLeft() {
        return Math.max(0, promptTokens - position);
    }
}
