package io.github.jlamadsla.it.load;

import java.util.List;

/** An engine that many threads ask at once. */
interface AnsweringEngine extends AutoCloseable {

    /** The greedy answer, token ids. */
    List<Integer> answer(LoadRequest request);

    /** Forgets all requests so far; called when none runs. */
    default void forget() {}

    @Override
    void close();
}
