package io.github.jlamadsla.engine;

/**
 * Hears what happens to a request, on a thread of the runtime, in order, never two calls of one request at once. An
 * exception ends that request with it.
 */
public interface GenerationListener {

    /** Listens to nothing. */
    GenerationListener NONE = new GenerationListener() {
    };

    /**
     * A chunk of the prompt has been read.
     *
     * @param done prompt tokens read so far
     * @param total prompt tokens
     */
    default void onPrefill(int done, int total) {}

    /**
     * A token was chosen.
     *
     * @param token its id
     * @param text text that became complete with it; may be empty, never splits a code point
     */
    default void onToken(int token, String text) {}

    /** The request was raised. */
    default void onRaised(LevelChange change) {}
}
