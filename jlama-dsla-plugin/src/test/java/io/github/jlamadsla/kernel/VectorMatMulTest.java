package io.github.jlamadsla.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class VectorMatMulTest {

    private static final int[] SIZES = {1, 3, 15, 16, 17, 31, 33, 63, 64, 65, 127, 200, 576};
    private static final int L2 = 512 << 10;

    private final MatMul scalar = new ScalarMatMul();
    private final Random random = new Random(5);

    /** Every tile there is, whatever this machine would choose. */
    static Stream<Arguments> candidates() {
        return Stream.of(
                new F32TilesX2(4), new F32TilesX2(5), new F32TilesX2(6), new F32TilesX3(7), new F32TilesX4(4),
                new Bf16TilesX2(3), new Bf16TilesX2(4), new Bf16TilesX2(5), new Bf16TilesX4(4))
                .map(t -> Arguments.of(t.type() + " " + t.shape(), t));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("candidates")
    void everyTileGivesTheBitsOfTheScalarForm(String name, PanelTiles tiles) {
        MatMul vector = with(tiles);
        for (int columns : new int[]{1, 2, 65}) {
            for (int panels : new int[]{1, 3, 8, 13}) {
                for (int cut : new int[]{0, 1, PanelTiles.width() - 1}) {
                    int outputs = panels * PanelTiles.width() - cut;
                    for (int rows = 1; rows <= 2 * tiles.maxRows() + 1; rows++) {
                        assertSame(vector, tiles.type(), rows, outputs, columns);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void awkwardSizesGiveTheBitsOfTheScalarForm(WeightType type) {
        MatMul vector = widest();
        for (int columns : SIZES) {
            for (int outputs : SIZES) {
                assertSame(vector, type, 5, outputs, columns);
            }
        }
    }

    /** Outputs and columns of SmolLM2-135M: q, k and v stacked; o; gate and up stacked; down. */
    @ParameterizedTest
    @EnumSource(WeightType.class)
    void shapesOfSmolLmGiveTheBitsOfTheScalarForm(WeightType type) {
        for (int[] shape : new int[][]{{576 + 2 * 192, 576}, {576, 576}, {2 * 1536, 576}, {576, 1536}}) {
            assertSame(widest(), type, 17, shape[0], shape[1]);
        }
    }

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void blocksOfRowsAndOfDepthContinueTheChains(WeightType type) {
        for (int columns : new int[]{1023, 1024, 1025, 2049}) {
            // A cache so small that a block is one tile.
            assertSame(new VectorMatMul(new F32TilesX2(6), new Bf16TilesX2(4), 1024), type, 29, 70, columns);
            assertSame(widest(), type, 140, 35, columns);
        }
    }

    @ParameterizedTest
    @MethodSource("candidates")
    void rowsDoNotDependOnTheirNumber(String name, PanelTiles tiles) {
        MatMul vector = with(tiles);
        int columns = 131;
        int outputs = 5 * PanelTiles.width() + 3;
        float[] a = Matrices.floats(random, 64 * columns);
        try (Arena arena = Arena.ofConfined()) {
            PackedWeights w = vector.pack(List.of(Matrices.weights(random, tiles.type(), outputs, columns)), arena);
            float[] alone = new float[64 * outputs];
            for (int r = 0; r < 64; r++) {
                vector.multiply(Rows.of(a, columns).from(r), 1, w, 0, w.panels(), Rows.of(alone, outputs).from(r));
            }
            for (int rows = 1; rows <= 64; rows++) {
                float[] together = Matrices.filled(64 * outputs, Float.NaN);
                vector.multiply(Rows.of(a, columns), rows, w, 0, w.panels(), Rows.of(together, outputs));
                for (int i = 0; i < rows * outputs; i++) {
                    if (Float.floatToRawIntBits(together[i]) != Float.floatToRawIntBits(alone[i])) {
                        throw new AssertionError(rows + " rows: element " + i + " is " + together[i] + ", alone "
                                + alone[i]);
                    }
                }
                for (int i = rows * outputs; i < together.length; i++) {
                    assertThat(together[i]).isNaN();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void panelsMayBeSplitInAnyWay(WeightType type) {
        MatMul vector = widest();
        int columns = 77;
        int outputs = 201;
        float[] a = Matrices.floats(random, 9 * columns);
        try (Arena arena = Arena.ofShared()) {
            PackedWeights w = vector.pack(List.of(Matrices.weights(random, type, outputs, columns)), arena);
            for (int rows : new int[]{1, 2, 9}) {
                float[] whole = new float[rows * outputs];
                vector.multiply(Rows.of(a, columns), rows, w, 0, w.panels(), Rows.of(whole, outputs));
                for (int split = 0; split <= w.panels(); split++) {
                    float[] parts = Matrices.filled(rows * outputs, Float.NaN);
                    vector.multiply(Rows.of(a, columns), rows, w, split, w.panels(), Rows.of(parts, outputs));
                    vector.multiply(Rows.of(a, columns), rows, w, 0, split, Rows.of(parts, outputs));
                    assertThat(parts).isEqualTo(whole);
                }
                float[] shared = Matrices.filled(rows * outputs, Float.NaN);
                try (Workers workers = new SpinningWorkers(3)) {
                    vector.multiply(workers, Rows.of(a, columns), rows, w, Rows.of(shared, outputs));
                }
                assertThat(shared).isEqualTo(whole);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void stackedMatricesAreOne(WeightType type) {
        checkStacked(33, List.of(type, type, type));
    }

    @Test
    void stackedMatricesOfDifferentTypesAreOne() {
        checkStacked(33, List.of(WeightType.BF16, WeightType.F16, WeightType.F32));
    }

    private void checkStacked(int columns, List<WeightType> types) {
        List<RawMatrix> parts = List.of(Matrices.weights(random, types.get(0), 5, columns),
                Matrices.weights(random, types.get(1), 1, columns),
                Matrices.weights(random, types.get(2), 70, columns));
        float[] a = Matrices.floats(random, 7 * columns);
        for (MatMul matMul : List.of(scalar, widest())) {
            try (Arena arena = Arena.ofConfined()) {
                PackedWeights w = matMul.pack(parts, arena);
                float[] stacked = new float[7 * 76];
                matMul.multiply(Rows.of(a, columns), 7, w, 0, w.panels(), Rows.of(stacked, 76));
                int first = 0;
                for (RawMatrix part : parts) {
                    PackedWeights own = matMul.pack(List.of(part), arena);
                    float[] c = new float[7 * part.rows()];
                    matMul.multiply(Rows.of(a, columns), 7, own, 0, own.panels(), Rows.of(c, part.rows()));
                    for (int r = 0; r < 7; r++) {
                        for (int n = 0; n < part.rows(); n++) {
                            assertThat(stacked[r * 76 + first + n]).isEqualTo(c[r * part.rows() + n]);
                        }
                    }
                    first += part.rows();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void gapsBetweenRowsAreNeitherReadNorWritten(WeightType type) {
        int columns = 19;
        int outputs = 37;
        int aStride = columns + 5;
        int cStride = outputs + 7;
        float[] dense = Matrices.floats(random, 8 * columns);
        float[] a = Matrices.filled(3 + 8 * aStride, Float.NaN);
        for (int r = 0; r < 8; r++) {
            System.arraycopy(dense, r * columns, a, 3 + r * aStride, columns);
        }
        try (Arena arena = Arena.ofConfined()) {
            RawMatrix raw = Matrices.weights(random, type, outputs, columns);
            PackedWeights plain = scalar.pack(List.of(raw), arena);
            MatMul vector = widest();
            PackedWeights w = vector.pack(List.of(raw), arena);
            for (int rows = 1; rows <= 8; rows++) {
                float[] expected = new float[rows * outputs];
                scalar.multiply(Rows.of(dense, columns), rows, plain, 0, plain.panels(), Rows.of(expected, outputs));
                float[] c = Matrices.filled(11 + 8 * cStride, Float.NaN);
                vector.multiply(new Rows(a, 3, aStride), rows, w, 0, w.panels(), new Rows(c, 11, cStride));
                for (int i = 0; i < c.length; i++) {
                    int row = Math.floorDiv(i - 11, cStride);
                    int column = Math.floorMod(i - 11, cStride);
                    if (row >= 0 && row < rows && column < outputs) {
                        assertThat(c[i]).isEqualTo(expected[row * outputs + column]);
                    } else {
                        assertThat(c[i]).isNaN();
                    }
                }
            }
        }
    }

    @Test
    void paddingOfAnOddDepthDoesNotTurnMinusZeroOrInfinityIntoSomethingElse() {
        for (float activation : new float[]{-0f, Float.POSITIVE_INFINITY, Float.NaN}) {
            float[] a = Matrices.filled(3, activation);
            float[] bits = {Float.MIN_VALUE, -1, 2};
            MemorySegment data = MemorySegment.ofArray(new short[]{(short) 0x8001, (short) 0xbf80, 0x4000});
            RawMatrix raw = new RawMatrix(data, WeightType.BF16, 1, bits.length);
            assertBits(widest(), raw, a, 1);
        }
    }

    @Test
    void f16IsWidenedExactly() {
        // Every F16 there is, one output each.
        short[] halves = new short[1 << 16];
        for (int i = 0; i < halves.length; i++) {
            halves[i] = (short) i;
        }
        RawMatrix raw = new RawMatrix(MemorySegment.ofArray(halves), WeightType.F16, halves.length, 1);
        for (MatMul matMul : List.of(scalar, widest())) {
            try (Arena arena = Arena.ofConfined()) {
                PackedWeights w = matMul.pack(List.of(raw), arena);
                float[] c = new float[halves.length];
                matMul.multiply(Rows.of(new float[]{1}, 1), 1, w, 0, w.panels(), Rows.of(c, c.length));
                for (int i = 0; i < halves.length; i++) {
                    // A sum that begins at 0 knows no -0.
                    assertThat(Float.floatToIntBits(c[i]))
                            .isEqualTo(Float.floatToIntBits(Float.float16ToFloat(halves[i]) + 0f));
                }
            }
        }
    }

    @Test
    void packedFormTakesWhatItSaysAndPaddingIsZeroInUsedMemory() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment used = arena.allocate(1 << 16, 64).fill((byte) 0xff);
            VectorMatMul vector = widest();
            PanelWeights w = (PanelWeights) vector.pack(List.of(Matrices.weights(random, WeightType.BF16, 17, 5)),
                    SegmentAllocator.prefixAllocator(used));
            assertThat(w.rows()).isEqualTo(17);
            assertThat(w.columns()).isEqualTo(5);
            assertThat(w.bytes()).isEqualTo((long) w.panels() * w.width() * 3 * 4);
            int lane = 17 % w.width();
            long panel = w.at(w.panels() - 1, 0);
            for (int pair = 0; pair < 3; pair++) {
                for (int j = lane; j < w.width(); j++) {
                    assertThat(w.data().get(ValueLayout.JAVA_INT,
                            panel + (pair * w.width() + j) * 4L)).isZero();
                }
            }
        }
    }

    @Test
    void noRowsIsNoWork() {
        try (Arena arena = Arena.ofConfined()) {
            MatMul vector = widest();
            PackedWeights w = vector.pack(List.of(Matrices.weights(random, WeightType.F32, 3, 4)), arena);
            vector.multiply(Rows.of(new float[0], 4), 0, w, 0, w.panels(), Rows.of(new float[0], 3));
            assertThat(w.panels()).isEqualTo(1);
        }
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeAnythingIsWritten() {
        MatMul vector = widest();
        try (Arena arena = Arena.ofConfined()) {
            PackedWeights w = vector.pack(List.of(Matrices.weights(random, WeightType.F32, 40, 4)), arena);
            float[] c = Matrices.filled(80, 7);
            assertThatThrownBy(() -> vector.multiply(Rows.of(new float[7], 4), 2, w, 0, w.panels(), Rows.of(c, 40)))
                    .isInstanceOf(IndexOutOfBoundsException.class).hasMessageContaining("a of 7");
            assertThatThrownBy(() -> vector.multiply(Rows.of(new float[12], 4), 3, w, 0, w.panels(), Rows.of(c, 40)))
                    .isInstanceOf(IndexOutOfBoundsException.class).hasMessageContaining("c of 80");
            assertThatThrownBy(() -> vector.multiply(Rows.of(new float[8], 4), 2, w, 0, w.panels() + 1,
                    Rows.of(c, 40))).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatIllegalArgumentException().isThrownBy(
                    () -> vector.multiply(Rows.of(new float[8], 4), 2, scalar.pack(List.of(
                            Matrices.weights(random, WeightType.F32, 40, 4)), arena), 0, 1, Rows.of(c, 40)))
                    .withMessageContaining("another form");
            assertThat(c).containsOnly(7);
            assertThatIllegalArgumentException().isThrownBy(() -> vector.pack(List.of(), arena));
            assertThatIllegalArgumentException().isThrownBy(() -> vector.pack(
                    List.of(Matrices.weights(random, WeightType.F32, 2, 4),
                            Matrices.weights(random, WeightType.F32, 2, 5)),
                    arena))
                    .withMessageContaining("columns: 4 and 5");
        }
    }

    private void assertSame(MatMul vector, WeightType type, int rows, int outputs, int columns) {
        assertBits(vector, Matrices.weights(random, type, outputs, columns), Matrices.floats(random, rows * columns),
                rows);
    }

    private void assertBits(MatMul vector, RawMatrix raw, float[] a, int rows) {
        int outputs = raw.rows();
        int columns = raw.columns();
        try (Arena arena = Arena.ofConfined()) {
            PackedWeights plain = scalar.pack(List.of(raw), arena);
            PackedWeights w = vector.pack(List.of(raw), arena);
            float[] expected = new float[rows * outputs];
            float[] actual = Matrices.filled(rows * outputs, Float.NaN);
            scalar.multiply(Rows.of(a, columns), rows, plain, 0, plain.panels(), Rows.of(expected, outputs));
            vector.multiply(Rows.of(a, columns), rows, w, 0, w.panels(), Rows.of(actual, outputs));
            for (int i = 0; i < expected.length; i++) {
                if (Float.floatToIntBits(actual[i]) != Float.floatToIntBits(expected[i])) {
                    throw new AssertionError(rows + " rows, N " + outputs + ", K " + columns + " " + raw.type()
                            + ": element " + i + " is " + actual[i] + ", scalar " + expected[i]);
                }
            }
        }
    }

    private static VectorMatMul with(PanelTiles tiles) {
        return tiles.type() == WeightType.F32
                ? new VectorMatMul(tiles, new Bf16TilesX2(4), L2)
                : new VectorMatMul(new F32TilesX2(6), tiles, L2);
    }

    private static VectorMatMul widest() {
        return new VectorMatMul(new F32TilesX2(6), new Bf16TilesX2(4), L2);
    }
}
