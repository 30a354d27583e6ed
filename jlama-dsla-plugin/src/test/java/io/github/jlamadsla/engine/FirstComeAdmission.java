package io.github.jlamadsla.engine;

import java.util.stream.IntStream;

import io.github.jlamadsla.memory.MemoryBudgetException;
import io.github.jlamadsla.model.HybridModel;

/**
 * Takes what the limits and the budget have room for. Pure.
 *
 * @param budget bytes of all sequences together
 * @param rule level of unpinned requests
 */
public record FirstComeAdmission(HybridModel model, long budget, QueueLimits limits, LevelRule rule)
        implements
            Admission {

    @Override
    public long admit(Arrival arrival, Queue queue) {
        LevelRule levels = arrival.pinnedLevel() == GenerationRequest.UNPINNED ? rule : _ -> arrival.pinnedLevel();
        int first = levels.level(arrival.promptTokens());
        LevelRule whileItRuns = model.canRaise() ? levels : _ -> first;
        checkBudget(arrival.promptTokens(), first);
        checkBudget(arrival.capacity(), Math.max(first, whileItRuns.level(arrival.capacity())));
        limits.check(arrival, queue, null);
        return Footprint.most(model::sequenceBytes, arrival.promptTokens(), arrival.capacity(), whileItRuns,
                IntStream.rangeClosed(1, arrival.capacity()));
    }

    private void checkBudget(int tokens, int level) {
        long bytes = model.sequenceBytes(tokens, level);
        if (bytes > budget) {
            throw new MemoryBudgetException("a request of " + tokens + " tokens at level " + level, bytes, 0, budget);
        }
    }
}
