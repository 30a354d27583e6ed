package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;

/** The product as its definition reads, never optimised: what {@link VectorMatMul} is tested against. */
final class ScalarMatMul implements MatMul {

    private static final long ALIGNMENT = 64;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);

    @Override
    public PackedWeights pack(List<RawMatrix> matrices, SegmentAllocator allocator) {
        RawMatrices source = new RawMatrices(matrices);
        WeightType type = source.type() == WeightType.BF16 ? WeightType.BF16 : WeightType.F32;
        MemorySegment out = allocator.allocate((long) source.rows() * source.columns() * type.bytes(), ALIGNMENT);
        long at = 0;
        for (RawMatrix m : source.matrices()) {
            for (int row = 0; row < m.rows(); row++) {
                for (int k = 0; k < m.columns(); k++) {
                    if (type == WeightType.F32) {
                        out.set(FLOAT, at, RawMatrices.toFloat(m, row, k));
                    } else {
                        out.set(SHORT, at, (short) RawMatrices.bits16(m.data(), (long) row * m.columns() + k));
                    }
                    at += type.bytes();
                }
            }
        }
        return new PlainWeights(out, type, source.rows(), source.columns());
    }

    @Override
    public void multiply(Rows a, int rows, PackedWeights w, int firstPanel, int lastPanel, Rows c) {
        PlainWeights weights = (PlainWeights) w;
        Objects.checkFromToIndex(firstPanel, lastPanel, w.panels());
        for (int r = 0; r < rows; r++) {
            for (int n = firstPanel; n < lastPanel; n++) {
                float sum = 0;
                for (int k = 0; k < w.columns(); k++) {
                    sum = Math.fma(a.data()[a.at(r) + k], weight(weights, (long) n * w.columns() + k), sum);
                }
                c.data()[c.at(r) + n] = sum;
            }
        }
    }

    private static float weight(PlainWeights w, long at) {
        return w.type() == WeightType.F32
                ? w.values().get(FLOAT, at * Float.BYTES)
                : Float.intBitsToFloat(w.values().get(SHORT, at * Short.BYTES) << 16);
    }
}
