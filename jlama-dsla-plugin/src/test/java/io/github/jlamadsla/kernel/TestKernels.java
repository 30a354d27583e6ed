package io.github.jlamadsla.kernel;

/** Kernels and workers for tests of other packages. */
public final class TestKernels {
    private TestKernels() {}

    public static Kernels vector() {
        return KernelChooser.choose(false);
    }

    public static Kernels scalar() {
        return new ScalarKernels();
    }

    /** @param name {@code scalar} or {@code vector} */
    public static Kernels named(String name) {
        return name.equals("scalar") ? scalar() : vector();
    }

    public static Workers workers(int threads) {
        return new SpinningWorkers(threads);
    }
}
