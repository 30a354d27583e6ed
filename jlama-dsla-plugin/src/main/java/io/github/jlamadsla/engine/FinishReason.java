package io.github.jlamadsla.engine;

/** Why a generation ended. */
public enum FinishReason {
    /** The model chose an end token; it is not part of the output. */
    STOP,
    /** The most output tokens, or the context, were reached. */
    LENGTH,
    /** The caller cancelled. */
    CANCELLED
}
