package io.github.jlamadsla.it.serve;

import java.util.function.UnaryOperator;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.serve.LevelPolicy;

/** Starts the contenders' servers, all else than their levels being equal. */
final class Servers {
    private Servers() {}

    /**
     * @param memoryLimit bytes of ours; Jlama has no limit
     * @param recorded wraps a policy, so that its moves are told
     */
    static ServedEngine start(ServeContender contender, ServedModel model, long memoryLimit,
            UnaryOperator<LevelPolicy> recorded) {
        if (contender == ServeContender.JLAMA) {
            return new JlamaServer(model.directory());
        }
        return new OwnServer(DslaRuntime.builder().modelDirectory(model.directory()).memoryLimit(memoryLimit)
                .maxQueuedRequests(contender.mostRequests())
                .levelMode(contender.mode(model.layers(), recorded)).build(), model.endTokens());
    }
}
