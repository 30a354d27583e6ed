package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;

/**
 * A weight matrix as a model file holds it: {@code [rows][columns]}, row-major, little endian, not copied.
 *
 * @param data exactly {@code rows * columns} elements, of any alignment
 * @param type how an element is stored
 * @param rows outputs of the product
 * @param columns inputs of the product
 */
public record RawMatrix(MemorySegment data, WeightType type, int rows, int columns) {
    public RawMatrix {
        if (rows < 1 || columns < 1 || data.byteSize() != (long) rows * columns * type.bytes()) {
            throw new IllegalArgumentException("a matrix of " + rows + " x " + columns + " " + type + " is not "
                    + data.byteSize() + " bytes");
        }
    }
}
