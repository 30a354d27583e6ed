package io.github.jlamadsla.engine;

/** Hears what an engine does, for figures. Called on the engine's or a caller's thread, so it must be quick. */
public interface EngineObserver {

    /** Observes nothing. */
    EngineObserver NONE = new EngineObserver() {
    };

    /** A step was run. */
    default void stepped(StepReport report) {}

    /** A request ended by itself or was cancelled. */
    default void ended(GenerationResult result) {}

    /** A request that had been taken failed. */
    default void failed(Throwable cause) {}

    /** A request was not taken. */
    default void refused(RuntimeException cause) {}
}
