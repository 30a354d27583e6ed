package io.github.jlamadsla.metrics;

/** Some of the meters. */
interface MeterPart {

    /** Registers them. */
    void register(Registration registration);

    /** They were removed from a registry. */
    default void removed(Registration registration) {}
}
