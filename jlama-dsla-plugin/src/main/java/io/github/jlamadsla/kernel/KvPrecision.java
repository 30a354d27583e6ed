package io.github.jlamadsla.kernel;

/** Element type of cached keys and values. */
public enum KvPrecision {
    F16(2), F32(4);

    private final int bytes;

    KvPrecision(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }
}
