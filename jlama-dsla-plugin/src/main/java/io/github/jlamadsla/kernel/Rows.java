package io.github.jlamadsla.kernel;

/**
 * Equally spaced rows in an array: row {@code r} begins at {@code offset + r * stride}. How long a row is, the kernel
 * that takes it says. A value only: it neither copies nor checks.
 *
 * @param data the array
 * @param offset index of the first element of row 0
 * @param stride elements from the beginning of one row to that of the next
 */
public record Rows(float[] data, int offset, int stride) {

    /** Rows that fill an array from its beginning. */
    public static Rows of(float[] data, int stride) {
        return new Rows(data, 0, stride);
    }

    /** The same rows, each beginning {@code elements} later. */
    public Rows shift(int elements) {
        return new Rows(data, offset + elements, stride);
    }

    /** The rows from {@code first} on. */
    public Rows from(int first) {
        return new Rows(data, offset + first * stride, stride);
    }

    /** Index of the first element of row {@code row}. */
    public int at(int row) {
        return offset + row * stride;
    }
}
