package io.github.jlamadsla.kernel;

/** Element types in which a weight matrix may be stored in a model file. */
public enum WeightType {
    F32(4), BF16(2), F16(2);

    private final int bytes;

    WeightType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }
}
