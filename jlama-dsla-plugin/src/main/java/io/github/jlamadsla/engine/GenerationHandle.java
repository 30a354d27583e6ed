package io.github.jlamadsla.engine;

import java.util.concurrent.CompletableFuture;

import io.github.jlamadsla.memory.MemoryBudgetException;

/** A running request in its owner's hands. Usable from any thread. */
public interface GenerationHandle {

    /**
     * Completed when the request ends, exceptionally if it failed. It comes after the last call of the listener, and so a
     * finished answer does not come while its listener blocks; with two exceptions. A request that was cancelled, failed
     * or took too long waits for its listener a second at most, and none waits once the runtime is closed: then the
     * listener is not called again, and a call in progress outlasts the result. Cancelling this future does not cancel
     * the request.
     */
    CompletableFuture<GenerationResult> result();

    /** Waits for the end; an unchecked exception of the request is thrown as it was. */
    GenerationResult await();

    /**
     * Ends the request at the next step with {@link FinishReason#CANCELLED}; its listener is not called again. One that
     * has ended stays what it was, but its result waits for the listener no longer than a second.
     */
    void cancel();

    /**
     * Raises the request to a higher level by folding, at the next step. Caps and limits are ignored.
     *
     * @return completed when raised; exceptionally if the request ended before, or if the budget has no room for a
     *         layer's states beside its pages: then the request goes on at the level it reached
     * @throws IllegalArgumentException if the level is below the present one or above the order's length
     * @throws MemoryBudgetException if the request at its full length would not fit the budget at that level
     * @throws UnsupportedOperationException if the checkpoint is in the released form
     */
    CompletableFuture<LevelChange> raise(int level);
}
