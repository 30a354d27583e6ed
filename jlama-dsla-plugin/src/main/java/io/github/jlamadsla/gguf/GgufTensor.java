package io.github.jlamadsla.gguf;

import java.util.List;

/**
 * One entry of a GGUF file's list of tensors, checked.
 *
 * @param name its name in the file
 * @param type a readable type
 * @param shape dimensions, outermost first: the file has them the other way round
 * @param offset first byte, from the start of the data section
 */
record GgufTensor(String name, GgmlType type, List<Long> shape, long offset) {
    GgufTensor {
        shape = List.copyOf(shape);
    }

    /** Elements of a row; all of them, if there is one dimension. */
    int columns() {
        return Math.toIntExact(shape.getLast());
    }

    /** Rows of a matrix; 1, if there is one dimension. */
    long rows() {
        return shape.subList(0, shape.size() - 1).stream().reduce(1L, Math::multiplyExact);
    }

    /** Bytes of a row. */
    int rowBytes() {
        return Math.toIntExact(type.bytes(columns()));
    }

    /** Bytes of the tensor. */
    long bytes() {
        return Math.multiplyExact(rows(), (long) rowBytes());
    }
}
