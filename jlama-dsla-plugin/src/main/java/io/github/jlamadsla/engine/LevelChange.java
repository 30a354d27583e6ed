package io.github.jlamadsla.engine;

/**
 * A step of a request's level history.
 *
 * @param position tokens in memory when the level was taken; 0 for the first
 * @param level DSLA layers from there on
 */
public record LevelChange(int position, int level) {}
