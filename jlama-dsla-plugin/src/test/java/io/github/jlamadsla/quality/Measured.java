package io.github.jlamadsla.quality;

import java.nio.file.Path;

import io.github.jlamadsla.kernel.Kernels;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.memory.AvailableMemory;
import io.github.jlamadsla.testing.TestRig;

/** Models opened to be measured, for tests. */
final class Measured {
    private static final long MEMORY = 1L << 30;

    private Measured() {}

    static MeasuredModel open(Path directory) {
        return open(directory, 2, MEMORY, TestKernels.vector());
    }

    static MeasuredModel open(Path directory, int threads, long memory, Kernels kernels) {
        return MeasuredModel.open(directory,
                new MeasuredModel.Options("dsla", false, KvPrecision.F32, threads, memory), kernels,
                AvailableMemory.bytes());
    }

    static MeasuredModel demo() {
        return open(TestRig.demoModel());
    }
}
