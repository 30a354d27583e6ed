package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/** Matrices stacked into one: equal columns, outputs in the order given; F32 together if their types differ. */
record RawMatrices(List<RawMatrix> matrices) {

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);

    RawMatrices {
        matrices = List.copyOf(matrices);
        if (matrices.isEmpty()) {
            throw new IllegalArgumentException("no matrix to pack");
        }
        RawMatrix first = matrices.getFirst();
        for (RawMatrix m : matrices) {
            if (m.columns() != first.columns()) {
                throw new IllegalArgumentException("matrices packed into one must agree in columns: "
                        + first.columns() + " and " + m.columns());
            }
        }
    }

    WeightType type() {
        WeightType first = matrices.getFirst().type();
        return matrices.stream().allMatch(m -> m.type() == first) ? first : WeightType.F32;
    }

    int columns() {
        return matrices.getFirst().columns();
    }

    /** Outputs of all together. */
    int rows() {
        int rows = 0;
        for (RawMatrix m : matrices) {
            rows = Math.addExact(rows, m.rows());
        }
        return rows;
    }

    /** An element as a float. */
    static float toFloat(RawMatrix m, int row, int column) {
        long at = (long) row * m.columns() + column;
        return switch (m.type()) {
            case F32 -> m.data().get(FLOAT, at * Float.BYTES);
            case F16 -> Float.float16ToFloat(m.data().get(SHORT, at * Short.BYTES));
            case BF16 -> Float.intBitsToFloat(bits16(m.data(), at) << 16);
        };
    }

    /** The 16 bits of element {@code at} of a segment of BF16 weights, not sign-extended. */
    static int bits16(MemorySegment data, long at) {
        return data.get(SHORT, at * Short.BYTES) & 0xffff;
    }
}
