package io.github.jlamadsla.kernel;

/** One complete form of all kernels. Immutable, usable from any thread. */
public interface Kernels {

    /** For the log: form, vector width, chosen tiles. */
    String name();

    /** Whether this is the form on the Vector API, which must be compiled before it is fast. */
    boolean vectorized();

    MatMul matMul();

    Recurrence recurrence();

    TiledSoftmax softmax();

    RowOps rowOps();

    LogitOps logitOps();
}
