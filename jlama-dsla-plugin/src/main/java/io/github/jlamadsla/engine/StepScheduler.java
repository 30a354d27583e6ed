package io.github.jlamadsla.engine;

import java.util.List;

/** Decides what the next step does. Called on the engine's thread; needs no model. */
public interface StepScheduler {

    /**
     * @param sequences all that have not ended, in the order of arrival, at least one
     * @return at least one entry
     */
    StepPlan schedule(List<SequenceView> sequences);
}
