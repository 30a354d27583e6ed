package io.github.jlamadsla.engine;

import java.util.List;

/** Decides what the next step does. Called on the engine's thread; needs no model. */
public interface StepScheduler {

    /**
     * @param sequences all that can run now, in the order of arrival, at least one: not those that wait for memory or
     *        for a listener that is behind
     * @return at least one entry, no sequence twice
     */
    StepPlan schedule(List<SequenceView> sequences);
}
