package io.github.jlamadsla.serve;

/** Says how the global level follows the load. Pure: the same snapshot, the same decision. */
@FunctionalInterface
public interface LevelPolicy {

    /** @return a move of at most two levels, within 0 and the top */
    LevelMove decide(LoadSnapshot load);
}
