package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Lays weights out in panels a vector wide: F32 {@code [panel][K][width]}, BF16 {@code [panel][ceil(K / 2)][width]} ints with the even
 * k in the low half. What no output or k fills is 0.
 */
final class PanelPacker {

    private static final long ALIGNMENT = 64;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private PanelPacker() {}

    static PanelWeights pack(RawMatrices source, int width, SegmentAllocator allocator) {
        WeightType type = source.type() == WeightType.BF16 ? WeightType.BF16 : WeightType.F32;
        int rows = source.rows();
        int columns = source.columns();
        long panelBytes = PanelWeights.panelBytes(type, columns, width);
        MemorySegment out = allocator.allocate(panelBytes * Math.ceilDiv(rows, width), ALIGNMENT);
        int first = 0;
        for (RawMatrix m : source.matrices()) {
            for (int row = 0; row < m.rows();) {
                int at = first + row;
                int lane = at % width;
                int count = Math.min(width - lane, m.rows() - row);
                MemorySegment panel = out.asSlice(panelBytes * (at / width), panelBytes);
                if (type == WeightType.F32) {
                    floats(m, row, count, panel, lane, width);
                } else {
                    pairs(m, row, count, panel, lane, width);
                }
                row += count;
            }
            first += m.rows();
        }
        zeroLanes(out.asSlice(out.byteSize() - panelBytes), Math.floorMod(rows - 1, width) + 1, width);
        return new PanelWeights(out, type, rows, columns, width, panelBytes);
    }

    private static void floats(RawMatrix m, int row, int count, MemorySegment panel, int lane, int width) {
        for (int k = 0; k < m.columns(); k++) {
            long to = (long) k * width + lane;
            for (int j = 0; j < count; j++) {
                panel.set(FLOAT, (to + j) * Float.BYTES, RawMatrices.toFloat(m, row + j, k));
            }
        }
    }

    private static void pairs(RawMatrix m, int row, int count, MemorySegment panel, int lane, int width) {
        int columns = m.columns();
        for (int k = 0; k < columns; k += 2) {
            long to = (long) (k / 2) * width + lane;
            for (int j = 0; j < count; j++) {
                long at = (long) (row + j) * columns + k;
                int high = k + 1 < columns ? RawMatrices.bits16(m.data(), at + 1) : 0;
                panel.set(INT, (to + j) * Integer.BYTES, high << 16 | RawMatrices.bits16(m.data(), at));
            }
        }
    }

    /** An allocator need not hand out zeros. */
    private static void zeroLanes(MemorySegment panel, int used, int width) {
        long padding = (long) (width - used) * Integer.BYTES;
        for (long at = (long) used * Integer.BYTES; at < panel.byteSize() && padding > 0; at += (long) width * 4) {
            panel.asSlice(at, padding).fill((byte) 0);
        }
    }
}
