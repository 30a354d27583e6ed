package io.github.jlamadsla.kernel;

import jdk.incubator.vector.FloatVector;

/** All kernels on the Vector API. */
final class VectorKernels implements Kernels {

    private static final long NANOS_PER_CHOICE = 150_000_000;

    private final VectorMatMul matMul;
    private final Recurrence recurrence = new VectorRecurrence();
    private final TiledSoftmax softmax = new VectorTiledSoftmax();
    private final RowOps rowOps = new VectorRowOps();
    private final LogitOps logitOps = new VectorLogitOps();

    /** Measures which tiles are fastest here: two formats, about 0.2 s each. */
    VectorKernels() {
        TileChooser chooser = new TileChooser(System::nanoTime, NANOS_PER_CHOICE);
        this.matMul = new VectorMatMul(chooser.choose(TileChooser.candidates(WeightType.F32, bits())),
                chooser.choose(TileChooser.candidates(WeightType.BF16, bits())), CpuTopology.ofThisMachine().l2Bytes());
    }

    /** Bits of a vector. */
    static int bits() {
        return FloatVector.SPECIES_PREFERRED.vectorBitSize();
    }

    @Override
    public String name() {
        return "Vector API, " + bits() + " bits, tiles " + matMul.tiles();
    }

    @Override
    public boolean vectorized() {
        return true;
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
