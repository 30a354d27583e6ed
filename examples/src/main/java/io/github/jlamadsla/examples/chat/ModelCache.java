package io.github.jlamadsla.examples.chat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.github.jlamadsla.examples.CleanEnd;
import io.github.jlamadsla.examples.DemoModel;
import io.github.jlamadsla.gguf.ImportOptions;
import io.github.jlamadsla.gguf.ImportProgress;

/**
 * GGUF files imported once, each in a folder named by the SHA-256 of its content. An import appears there whole or not
 * at all, also when several programs import the same file at once: one of them wins, the others use its folder.
 */
final class ModelCache {
    private static final String UNFINISHED = "importing-";
    /** No import takes this long: what is older was left behind by a program that was killed. */
    private static final Duration ABANDONED = Duration.ofDays(1);

    private final Path folder;
    private final Importer importer;
    private final Predicate<Path> dslaLayers;
    private final InstantSource clock;

    /** Imports a GGUF file, as {@link io.github.jlamadsla.gguf.GgufImporter#run} does. */
    @FunctionalInterface
    interface Importer {
        void run(Path file, Path target, ImportOptions options, ImportProgress progress);
    }

    /** @param dslaLayers places DSLA layers in a model directory and says true; false if it has some or none are for it */
    ModelCache(Path folder, Importer importer, Predicate<Path> dslaLayers, InstantSource clock) {
        this.folder = folder;
        this.importer = importer;
        this.dslaLayers = dslaLayers;
        this.clock = clock;
    }

    /** The directory of a file's model, imported now if it was not before; {@code out} says which of both. */
    Path directory(Path file, Output out) {
        try {
            Path target = folder.resolve(hash(file, out));
            if (DemoModel.isModel(target)) {
                out.note("Model: " + file + ", imported before into " + target);
                placeLayers(target, out); // which may have been made since
                return target;
            }
            Files.createDirectories(folder);
            deleteAbandoned();
            out.note("Importing " + file + " into " + target + ", once");
            importInto(target, file, out);
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be imported: " + e, e);
        }
    }

    private static String hash(Path file, Output out) throws IOException {
        try (ProgressLine progress = out.progress("Reading", Files.size(file))) {
            return FileHash.of(file, progress);
        }
    }

    private void importInto(Path target, Path file, Output out) throws IOException {
        Path unfinished = Files.createTempDirectory(folder, UNFINISHED);
        Thread importing = Thread.currentThread();
        CleanEnd end = new CleanEnd();
        Thread whenKilled = new Thread(() -> {
            out.interrupt();
            end.interruptAndWait(importing);
        }, "import interrupted");
        Runtime.getRuntime().addShutdownHook(whenKilled);
        try {
            Path model = unfinished.resolve("model");
            try (ProgressLine progress = out.progress("Importing", Files.size(file))) {
                importer.run(file, model, ImportOptions.DEFAULT, (tensor, done, total) -> progress.to(done, total));
            }
            placeLayers(model, out);
            publish(model, target);
        } finally {
            Folders.delete(unfinished);
            end.reached();
            removeHook(whenKilled);
        }
    }

    private void placeLayers(Path model, Output out) {
        if (dslaLayers.test(model)) {
            out.note("DSLA layers made for this model were found and placed in it");
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process ends already, and the hook with it.
        }
    }

    /** Another program may have been faster; its import of the same content is as good. */
    private static void publish(Path model, Path target) throws IOException {
        try {
            Files.move(model, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) { // which one when the target is there depends on the system
            if (!DemoModel.isModel(target)) {
                throw e;
            }
        }
    }

    private void deleteAbandoned() throws IOException {
        Instant longAgo = clock.instant().minus(ABANDONED);
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> unfinished = entries.filter(path -> path.getFileName().toString().startsWith(UNFINISHED))
                    .toList();
            for (Path path : unfinished) {
                if (Files.getLastModifiedTime(path).toInstant().isBefore(longAgo)) {
                    Folders.delete(path);
                }
            }
        }
    }
}
