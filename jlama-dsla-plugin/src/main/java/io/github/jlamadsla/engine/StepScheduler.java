package io.github.jlamadsla.engine;

/** Decides what the next step does. Called on the engine's thread; needs no model. */
public interface StepScheduler {

    /**
     * @param view of no sequence too, when the last has ended or after its {@link #patience}
     * @return no sequence twice; {@link StepPlan#NOTHING} to wait for news
     */
    StepPlan schedule(EngineView view);

    /** Hears what a step did. */
    default void ran(StepReport report) {}

    /**
     * Nanoseconds after which it wants to be asked again though nothing has happened, with no sequence too; what it
     * returns then is run.
     */
    default long patience() {
        return Long.MAX_VALUE;
    }
}
