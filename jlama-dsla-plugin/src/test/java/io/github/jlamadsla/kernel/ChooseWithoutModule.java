package io.github.jlamadsla.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Run by {@link KernelChooserTest} in a JVM of its own, without the vector module. */
final class ChooseWithoutModule {

    private ChooseWithoutModule() {}

    public static void main(String[] args) {
        try {
            KernelChooser.choose(false);
            System.exit(1);
        } catch (IllegalStateException e) {
            System.out.println("refused: " + e.getMessage());
        }
        Kernels kernels = KernelChooser.choose(true);
        RawMatrix raw = new RawMatrix(MemorySegment.ofArray(new float[]{1, 2}), WeightType.F32, 1, 2);
        PackedWeights w = kernels.matMul().pack(List.of(raw), Arena.global());
        float[] c = new float[1];
        kernels.matMul().multiply(Workers.callerOnly(), Rows.of(new float[]{3, 4}, 2), 1, w, Rows.of(c, 1));
        System.out.println(kernels.name() + " " + c[0]);
    }
}
