package io.github.jlamadsla.engine;

/** Which level an unpinned request gets. A pure function of its length. */
@FunctionalInterface
public interface LevelRule {

    /**
     * The level for a request of this length. A running request is raised when this exceeds its present level, and
     * never lowered.
     *
     * @param length prompt plus generated tokens
     */
    int level(int length);
}
