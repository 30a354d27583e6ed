package io.github.jlamadsla.it.serve;

import java.util.function.Consumer;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.serve.LevelMove;

/** Starts the contenders' servers, all else than their levels being equal. */
final class Servers {
    private Servers() {}

    /**
     * @param memoryLimit bytes of ours; Jlama has no limit
     * @param moved told of each move of the global level
     */
    static ServedEngine start(ServeContender contender, ServedModel model, long memoryLimit,
            Consumer<LevelMove> moved) {
        if (contender == ServeContender.JLAMA) {
            return new JlamaServer(model.directory());
        }
        return new OwnServer(DslaRuntime.builder().modelDirectory(model.directory()).memoryLimit(memoryLimit)
                .maxQueuedRequests(contender.mostRequests())
                .levelMode(contender.mode(model.layers())).levelListener(moved).build(), model.endTokens());
    }
}
