package io.github.jlamadsla.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Products for {@link KernelWarmup} that take every tile and every branch of a {@link MatMul}. */
public final class ProductWorkloads {

    private static final int MANY_ROWS = 40;
    private static final int FEW_ROWS = 8;
    /** More than a block of K. */
    private static final int DEEP = 1100;
    /** Odd, for the last half pair. */
    private static final int SHALLOW = 65;
    private static final int OUTPUTS = 192;
    /** Not a multiple of any panel. */
    private static final int UNEVEN = 501;

    private ProductWorkloads() {}

    /** Two for each type in use: a batch, compared with the floor, and few rows. */
    public static List<KernelWarmup.Workload> of(MatMul matMul, Set<WeightType> types) {
        List<KernelWarmup.Workload> workloads = new ArrayList<>();
        for (WeightType type : types) {
            workloads.add(new KernelWarmup.Workload("product " + type + ", " + MANY_ROWS + " rows",
                    2.0 * MANY_ROWS * OUTPUTS * DEEP, batch(matMul, type)));
            workloads.add(new KernelWarmup.Workload("product " + type + ", few rows", 0, fewRows(matMul, type)));
        }
        return workloads;
    }

    private static Runnable batch(MatMul matMul, WeightType type) {
        PackedWeights w = weights(matMul, type, OUTPUTS, DEEP);
        float[] a = new float[MANY_ROWS * DEEP];
        float[] c = new float[MANY_ROWS * OUTPUTS];
        return () -> matMul.multiply(Rows.of(a, DEEP), MANY_ROWS, w, 0, w.panels(), Rows.of(c, OUTPUTS));
    }

    private static Runnable fewRows(MatMul matMul, WeightType type) {
        PackedWeights w = weights(matMul, type, UNEVEN, SHALLOW);
        float[] a = new float[FEW_ROWS * SHALLOW];
        float[] c = new float[FEW_ROWS * UNEVEN];
        return () -> {
            for (int rows = 1; rows <= FEW_ROWS; rows++) {
                matMul.multiply(Rows.of(a, SHALLOW), rows, w, 0, w.panels(), Rows.of(c, UNEVEN));
                matMul.multiply(Rows.of(a, SHALLOW), rows, w, 0, 1, Rows.of(c, UNEVEN));
            }
        };
    }

    private static PackedWeights weights(MatMul matMul, WeightType type, int outputs, int columns) {
        byte[] zeros = new byte[outputs * columns * type.bytes()];
        RawMatrix raw = new RawMatrix(MemorySegment.ofArray(zeros), type, outputs, columns);
        return matMul.pack(List.of(raw), Arena.ofAuto());
    }
}
