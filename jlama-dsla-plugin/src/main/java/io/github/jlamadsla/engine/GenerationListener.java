package io.github.jlamadsla.engine;

/**
 * Hears what happens to a request, in order, never two calls of one request at once, on threads that are neither the
 * caller's nor the engine's and that serve no other request meanwhile: a listener that is slow or blocks delays only its
 * own request, which pauses when 256 events wait, and may use the runtime. Whatever is thrown, checked or not, ends that
 * request with it.
 * <p>
 * {@link GenerationHandle#result} comes after the last call, unless a second has gone by since the request was cancelled,
 * failed or took too long, or the runtime is closed: then events that wait are dropped, and a call in progress is the
 * last.
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
     * @param text text that became complete with it; may be empty, never splits a code point. The pieces together are
     *        the result's text, which may end with one more if the answer ends inside a code point
     */
    default void onToken(int token, String text) {}

    /** The request was raised. */
    default void onRaised(LevelChange change) {}
}
