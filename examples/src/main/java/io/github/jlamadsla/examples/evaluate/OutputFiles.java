package io.github.jlamadsla.examples.evaluate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

import io.github.jlamadsla.examples.UsageException;

/** Where results go: checked before the work, written in one piece after it. */
final class OutputFiles {
    private static final String REPORT = "evaluate.md";

    private OutputFiles() {}

    /** The build folder beside the classes, so that no checkout gets dirty, or the working directory. */
    static Path defaultReport(Path classes) {
        Path build = classes.getParent();
        return build != null && build.endsWith("target") ? build.resolve(REPORT) : Path.of(REPORT);
    }

    /** The chart beside a report. */
    static Path chart(Path report) {
        String name = report.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return report.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".png");
    }

    /**
     * Finds out whether a file can be written.
     *
     * @param option that names it
     * @throws UsageException if not
     */
    static void check(String option, Path file) {
        if (Files.isDirectory(file)) {
            throw new UsageException(option + " is " + file + ", a directory; allowed: a file");
        }
        Path folder = file.toAbsolutePath().getParent();
        while (!Files.exists(folder)) {
            folder = folder.getParent();
        }
        if (!Files.isDirectory(folder) || !Files.isWritable(Files.exists(file) ? file : folder)) {
            throw new UsageException(option + " is " + file + ", which may not be written; allowed: a writable file");
        }
    }

    /**
     * Writes a file, and its folders where they are missing.
     *
     * @throws UncheckedIOException if it cannot be written; the message names it
     */
    static void write(Path file, byte[] content) {
        // Of its own name: another run may write the same file.
        Path part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try {
                Files.write(part, content, StandardOpenOption.CREATE_NEW);
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e, e);
        }
    }
}
