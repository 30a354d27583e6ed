package io.github.jlamadsla.kernel;

/** The plain form of all kernels: for tests, and for a JVM without the Vector API if the caller allows it. */
final class ScalarKernels implements Kernels {

    private final MatMul matMul = new ScalarMatMul();
    private final Recurrence recurrence = new ScalarRecurrence();
    private final TiledSoftmax softmax = new ScalarTiledSoftmax();
    private final RowOps rowOps = new ScalarRowOps();
    private final LogitOps logitOps = new ScalarLogitOps();

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public boolean vectorized() {
        return false;
    }

    @Override
    public MatMul matMul() {
        return matMul;
    }

    @Override
    public Recurrence recurrence() {
        return recurrence;
    }

    @Override
    public TiledSoftmax softmax() {
        return softmax;
    }

    @Override
    public RowOps rowOps() {
        return rowOps;
    }

    @Override
    public LogitOps logitOps() {
        return logitOps;
    }
}
