package io.github.jlamadsla.engine;

import io.github.jlamadsla.memory.MemoryBudgetException;

/** Takes or refuses a request when it comes, on its caller's thread, while no other comes or goes. */
@FunctionalInterface
public interface Admission {

    /**
     * @return most bytes that the request may come to need, its owner's raises not counted
     * @throws RequestRejectedException if it may be tried again later
     * @throws MemoryBudgetException if it could not fit the budget even alone, at its highest allowed level
     * @throws IllegalArgumentException if its level is not valid
     */
    long admit(Arrival arrival, Queue queue);

    /**
     * A request that comes.
     *
     * @param promptTokens tokens of the prompt
     * @param capacity most tokens, prompt and output
     * @param pinnedLevel the level that it pins, or {@link GenerationRequest#UNPINNED}
     * @param priority the higher, the sooner it begins
     * @param timeout nanoseconds in which it must have ended, {@link Long#MAX_VALUE} for no limit
     */
    record Arrival(int promptTokens, int capacity, int pinnedLevel, int priority, long timeout) {}

    /**
     * What has been taken and has not ended.
     *
     * @param requests how many
     * @param promptTokens of their prompts, all together
     */
    record Queue(int requests, long promptTokens) {}
}
