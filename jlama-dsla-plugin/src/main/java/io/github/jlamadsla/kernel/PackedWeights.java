package io.github.jlamadsla.kernel;

/**
 * Weights as a {@link MatMul} wants them: made by its {@code pack}, good only for the same instance. Immutable; any
 * number of threads may read it.
 */
public interface PackedWeights {

    /** Outputs N. */
    int rows();

    /** Inputs K. */
    int columns();

    /** Panels of outputs, the unit in which a product is shared out between threads. */
    int panels();

    /** Off-heap bytes taken. */
    long bytes();
}
