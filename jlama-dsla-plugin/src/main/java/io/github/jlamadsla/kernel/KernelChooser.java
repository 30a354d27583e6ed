package io.github.jlamadsla.kernel;

import java.util.function.IntSupplier;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the form of the kernels. Classes that link against the Vector API sit behind suppliers, so that none of them
 * is loaded where its module is absent.
 */
public final class KernelChooser {

    /** The flag without which the JVM hides the Vector API. */
    public static final String FLAG = "--add-modules jdk.incubator.vector";

    private static final String MODULE = "jdk.incubator.vector";
    private static final int LEAST_BITS = 128;

    private final boolean module;
    private final IntSupplier vectorBits;
    private final Supplier<Kernels> vector;
    private final Supplier<Kernels> scalar;
    private final Logger log;

    /**
     * @param module whether the vector module is present
     * @param vectorBits preferred vector size; asked only if it is
     * @param vector makes the vector form; asked only if it can be used
     * @param scalar makes the scalar form
     * @param log takes one line at INFO
     */
    KernelChooser(boolean module, IntSupplier vectorBits, Supplier<Kernels> vector, Supplier<Kernels> scalar,
            Logger log) {
        this.module = module;
        this.vectorBits = vectorBits;
        this.vector = vector;
        this.scalar = scalar;
        this.log = log;
    }

    /**
     * The kernels for this JVM. The first call measures which register tiles are fastest here (less than half a second where the processor is free).
     *
     * @param allowScalar take the scalar form, 20 to 60 times slower, where the Vector API cannot be used
     * @throws IllegalStateException where it cannot be used and the scalar form is not allowed; names the JVM flag
     */
    public static Kernels choose(boolean allowScalar) {
        return new KernelChooser(ModuleLayer.boot().findModule(MODULE).isPresent(), () -> VectorKernels.bits(),
                () -> Vector.KERNELS, () -> new ScalarKernels(), LoggerFactory.getLogger(KernelChooser.class))
                .pick(allowScalar);
    }

    Kernels pick(boolean allowScalar) {
        String why = whyNotVector();
        if (why != null && !allowScalar) {
            throw new IllegalStateException(why);
        }
        Kernels kernels = why == null ? vector.get() : scalar.get();
        log.info("kernels: {}{}", kernels.name(), why == null ? "" : " (" + why + ")");
        return kernels;
    }

    private String whyNotVector() {
        if (!module) {
            return "the Vector API is not there: start the JVM with " + FLAG;
        }
        int bits = vectorBits.getAsInt();
        return bits < LEAST_BITS
                ? "the JVM uses vectors of " + bits + " bits here, " + LEAST_BITS + " are needed; " + FLAG + " is set"
                : null;
    }

    /** Loaded, and measured, once and only if needed. */
    private static final class Vector {
        static final Kernels KERNELS = new VectorKernels();
    }
}
