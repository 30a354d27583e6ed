package io.github.jlamadsla.testing;

import java.nio.file.Files;
import java.nio.file.Path;

import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;

/** SmolLM2-135M-Instruct with our DSLA layers, where {@code examples/get-smollm2} has put it. */
public final class RealModel {
    /** System property with its directory; the build sets it. */
    public static final String PROPERTY = "jlamadsla.real.model";
    /** Rows of its embedding. */
    public static final int VOCABULARY = 49_152;

    private RealModel() {}

    /** Its directory, whether it is there or not. */
    public static Path directory() {
        String directory = System.getProperty(PROPERTY);
        if (directory == null || directory.isBlank()) {
            throw new IllegalStateException("system property " + PROPERTY + " is not set; allowed: a directory");
        }
        return Path.of(directory);
    }

    /** Whether anything is there: what is there must be whole, or the tests fail. */
    public static boolean isThere() {
        return Files.exists(directory());
    }

    /** The model with vector kernels on two threads. */
    public static TestRig load(KvPrecision precision) {
        return new TestRig(directory(), "dsla", precision, TestKernels.vector(), 2);
    }
}
