package io.github.jlamadsla.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What run-benchmark tells its programs, and where they put what they find.
 *
 * @param root of the checkout
 * @param jvmFlags of every JVM
 */
public record BenchmarkHome(Path root, List<String> jvmFlags) {
    public BenchmarkHome {
        jvmFlags = List.copyOf(jvmFlags);
    }

    /** As run-benchmark says. */
    public static BenchmarkHome here() {
        return new BenchmarkHome(Path.of(property("jlamadsla.root")),
                List.of(property("jlamadsla.jvm.flags").split(" ")));
    }

    /**
     * A system property.
     *
     * @throws IllegalStateException if it is not set
     */
    public static String property(String name) {
        String value = System.getProperty(name);
        if (value == null || value.isBlank()) {
            throw new IllegalStateException(
                    "the system property " + name + " is not set; integration-tests/run-benchmark sets it");
        }
        return value;
    }

    /** The directory of what a run leaves behind: models, logs. */
    public Path target() {
        return root.resolve("integration-tests/target");
    }

    /** The command that starts a benchmark with these arguments. */
    public static String command(String benchmark, List<String> arguments) {
        List<String> words = new ArrayList<>(List.of("integration-tests/run-benchmark", benchmark));
        words.addAll(arguments);
        return String.join(" ", words);
    }

    /**
     * Appends figures and writes a report.
     *
     * @param results directory, or null for the committed one
     * @param name of the report's file
     */
    public void publish(Path results, String name, List<Figure> figures, String markdown) {
        Path directory = results == null ? root.resolve("integration-tests/results") : results;
        new Figures(directory.resolve("figures.jsonl")).append(figures);
        try {
            Files.writeString(directory.resolve(name), markdown);
        } catch (IOException e) {
            throw new UncheckedIOException(directory + ": cannot be written: " + e, e);
        }
    }
}
