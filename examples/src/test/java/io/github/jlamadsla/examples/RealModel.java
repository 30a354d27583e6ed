package io.github.jlamadsla.examples;

import java.nio.file.Files;
import java.nio.file.Path;

/** SmolLM2-135M-Instruct with our DSLA layers, where {@code examples/get-smollm2} has put it. */
public final class RealModel {
    private static final String PROPERTY = "jlamadsla.real.model";

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
}
