package io.github.jlamadsla.it.serve;

import java.util.function.BiConsumer;

import io.github.jlamadsla.serve.LevelMove;
import io.github.jlamadsla.serve.LevelPolicy;
import io.github.jlamadsla.serve.LoadSnapshot;

/**
 * Decides as another policy does, and tells of its moves: so every policy is recorded the same way.
 *
 * @param moved told of each move and what it was decided from, on the engine's thread
 */
record RecordingPolicy(LevelPolicy policy, BiConsumer<LoadSnapshot, LevelMove> moved) implements LevelPolicy {
    @Override
    public LevelMove decide(LoadSnapshot load) {
        LevelMove move = policy.decide(load);
        if (move.moves()) {
            moved.accept(load, move);
        }
        return move;
    }
}
