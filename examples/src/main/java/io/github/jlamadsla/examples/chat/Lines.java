package io.github.jlamadsla.examples.chat;

import java.io.IOException;
import java.util.function.Supplier;

/** Where the user's lines come from, and the wish to stop. */
interface Lines extends AutoCloseable {

    /** The next line without its end, or null after the last one. */
    String next() throws IOException;

    /**
     * Does something that takes time.
     *
     * @param stop what Ctrl-C does meanwhile, on another thread
     */
    <T> T interruptible(Runnable stop, Supplier<T> work);

    @Override
    void close() throws IOException;
}
