package io.github.jlamadsla.engine;

/**
 * What a scheduler sees of a sequence.
 *
 * @param id unique in its engine, ascending by arrival
 * @param state whether it can run
 * @param promptTokens tokens of the prompt
 * @param length prompt and output tokens so far
 * @param capacity most tokens, prompt and output
 * @param position tokens in memory
 * @param levels its level, and those asked for
 * @param terms what its owner asked for, and what it needs
 */
public record SequenceView(long id, State state, int promptTokens, int length, int capacity, int position,
        Levels levels, Terms terms) {

    /** Whether a sequence can run. */
    public enum State {
        /** Has no memory yet; a plan's entry begins it. */
        WAITING,
        /** Can run. */
        RUNNING,
        /** Its listener is behind: an entry may raise it, but not run its tokens. */
        PAUSED,
        /** Can run, but the budget had no room for its tokens in the last step that it was planned for. */
        STALLED;

        /** Whether its tokens may run, memory provided. */
        public boolean runnable() {
            return this != PAUSED;
        }

        /** Whether it has memory. */
        public boolean begun() {
            return this != WAITING;
        }
    }

    /**
     * @param level DSLA layers now; while it waits, the lowest that is valid
     * @param pinned the level that the request pins, or {@link GenerationRequest#UNPINNED}
     * @param planned the level that it was to begin at: above {@code level} if it began with a prefix of a lower one
     * @param asked the highest that its owner waits for, at least {@code level}
     * @param fixed whether no plan may raise it on its own account: the form cannot fold, or the budget refused it
     * @param nextGain bytes that a raise by one layer frees, less what it takes; shared pages free nothing; 0 while it
     *        waits and at the top
     */
    public record Levels(int level, int pinned, int planned, int asked, boolean fixed, long nextGain) {

        /** Whether the request pins its level. */
        public boolean isPinned() {
            return pinned != GenerationRequest.UNPINNED;
        }
    }

    /**
     * @param priority the higher, the sooner it begins
     * @param submitted nanoseconds of the engine's clock
     * @param deadline when it must have ended, {@link Long#MAX_VALUE} for never
     * @param need bytes that {@link Admission#admit} gave it room for
     */
    public record Terms(int priority, long submitted, long deadline, long need) {}

    /** Prompt tokens not yet read; 0 when it decodes. */
    public int promptLeft() {
        return Math.max(0, promptTokens - position);
    }
}
