package io.github.jlamadsla.it.e2e;

import java.util.List;

/** A model loaded by an engine, ready to be timed. For one thread. */
interface MeasuredEngine extends AutoCloseable {

    /** One sample per context length of the trial, in its order. */
    List<Sample> measure(Trial trial);

    @Override
    void close();
}
