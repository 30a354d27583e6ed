package io.github.jlamadsla.examples;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds the demo model: where the system property {@value #PROPERTY} says, else in the checkout that the program runs
 * from, else in the checkout around the working directory.
 */
public final class DemoModel {
    /** Directory of the demo model. */
    static final String PROPERTY = "jlamadsla.demo.model";
    private static final Path IN_CHECKOUT = Path.of("examples", "demo-model");

    private DemoModel() {}

    /**
     * The demo model of this process.
     *
     * @throws UsageException if it is nowhere
     */
    public static Path find() {
        return find(System.getProperty(PROPERTY), classes(), Path.of(""));
    }

    /**
     * @param property value of {@value #PROPERTY}, or null
     * @param classes where the program's classes are
     * @param workingDirectory where it was started
     * @throws UsageException if it is nowhere
     */
    static Path find(String property, Path classes, Path workingDirectory) {
        if (property != null && !property.isBlank()) {
            if (!isModel(Path.of(property))) {
                throw new UsageException(PROPERTY + " is " + property + "; allowed: a directory with a config.json");
            }
            return Path.of(property);
        }
        return Checkout.find(IN_CHECKOUT, DemoModel::isModel, classes, workingDirectory)
                .orElseThrow(() -> new UsageException("no demo model found: there is no " + IN_CHECKOUT + " above "
                        + classes + " or " + workingDirectory.toAbsolutePath() + "; -D" + PROPERTY
                        + "=DIR says where it is"));
    }

    /** The text that came with the demo model. */
    static String story() {
        return TextFile.read(find().resolve("story.txt"));
    }

    /** Folder or jar of the program's classes. */
    public static Path classes() {
        try {
            return Path.of(DemoModel.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether a directory looks like a model's: it has a config.json. */
    public static boolean isModel(Path directory) {
        return Files.isRegularFile(directory.resolve("config.json"));
    }
}
