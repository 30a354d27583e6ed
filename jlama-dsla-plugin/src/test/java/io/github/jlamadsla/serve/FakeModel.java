package io.github.jlamadsla.serve;

import java.util.List;

/**
 * Sizes and times of a model that is not there.
 *
 * @param page bytes of a page of 64 positions of one layer
 * @param states bytes of a converted layer
 */
record FakeModel(int layers, int top, long page, long states, boolean canRaise) {
    /** Eight layers, six in the order; a layer's states are as large as two of its pages. */
    static final FakeModel USUAL = new FakeModel(8, 6, 100, 200, true);

    FakeModel released() {
        return new FakeModel(layers, top, page, states, false);
    }

    long bytes(int tokens, int level) {
        if (level < 0 || level > top) {
            throw new IllegalArgumentException("level is " + level);
        }
        return level * states + (long) (layers - level) * FakeEngine.pages(tokens) * page;
    }

    double stepSeconds() {
        return .004;
    }

    double raiseSeconds() {
        return .01;
    }

    /** Of one token; attention is cheaper in converted layers. */
    double tokenSeconds(int level, int position) {
        return .0005 + (layers - level) * position * 2e-8;
    }

    /** As measured at start. */
    List<StepCosts.Sample> samples() {
        return List.of(sample(0, 0), sample(top, 0), sample(0, 1_024), sample(top, 1_024));
    }

    private StepCosts.Sample sample(int level, int from) {
        return new StepCosts.Sample(level, from, 64, stepSeconds() + 64 * tokenSeconds(level, from + 32));
    }
}
