package io.github.jlamadsla.kernel;

/** One complete form of all kernels. Immutable, usable from any thread. */
public interface Kernels {

    /** For the log: form, vector width, chosen tiles. */
    String name();

    MatMul matMul();

    Recurrence recurrence();

    TiledSoftmax softmax();

    RowOps rowOps();
}
