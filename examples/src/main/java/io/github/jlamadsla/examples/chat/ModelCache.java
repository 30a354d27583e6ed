package io.github.jlamadsla.examples.chat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;

import io.github.jlamadsla.examples.ByteProgress;
import io.github.jlamadsla.examples.CleanEnd;
import io.github.jlamadsla.examples.DemoModel;
import io.github.jlamadsla.gguf.ImportOptions;
import io.github.jlamadsla.gguf.ImportProgress;

/**
 * GGUF files imported once, each in a folder named by the SHA-256 of its content. When several programs import the same
 * file at once one of them wins, the others use its folder.
 */
final class ModelCache {
    private final Path folder;
    private final Importer importer;
    private final Predicate<Path> dslaLayers;

    /**
     * Imports a GGUF file, as {@link io.github.jlamadsla.gguf.GgufImporter#run} does: the target appears whole or not at
     * all, and what a killed import to the same target left is removed.
     */
    @FunctionalInterface
    interface Importer {
        void run(Path file, Path target, ImportOptions options, ImportProgress progress);
    }

    /** @param dslaLayers places DSLA layers in a model directory and says true; false if it has some or none are for it */
    ModelCache(Path folder, Importer importer, Predicate<Path> dslaLayers) {
        this.folder = folder;
        this.importer = importer;
        this.dslaLayers = dslaLayers;
    }

    /** The directory of a file's model, imported now if it was not before; {@code out} says which of both. */
    Path directory(Path file, Output out) {
        try {
            Path target = folder.resolve(hash(file, out));
            if (DemoModel.isModel(target)) {
                out.note("Model: " + file + ", imported before into " + target);
            } else {
                out.note("Importing " + file + " into " + target + ", once");
                importInto(target, file, out);
            }
            placeLayers(target, out); // which may have been made since an earlier import
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be imported: " + e, e);
        }
    }

    private static String hash(Path file, Output out) throws IOException {
        try (ByteProgress progress = out.progress("Reading")) {
            return FileHash.of(file, progress);
        }
    }

    private void importInto(Path target, Path file, Output out) {
        Thread importing = Thread.currentThread();
        CleanEnd end = new CleanEnd();
        Thread whenKilled = new Thread(() -> {
            out.interrupt();
            end.interruptAndWait(importing);
        }, "import interrupted");
        Runtime.getRuntime().addShutdownHook(whenKilled);
        try (ByteProgress progress = out.progress("Importing")) {
            importer.run(file, target, ImportOptions.DEFAULT, (_, done, total) -> progress.reached(done, total));
        } catch (UncheckedIOException e) {
            // Another program may have been faster; its import of the same content is as good.
            if (!DemoModel.isModel(target)) {
                throw e;
            }
        } finally {
            end.reached();
            removeHook(whenKilled);
        }
    }

    private void placeLayers(Path model, Output out) {
        try {
            if (dslaLayers.test(model)) {
                out.note("DSLA layers made for this model were found and placed in it");
            }
        } catch (UncheckedIOException e) { // such as a cache that may only be read; the model works without
            out.note("DSLA layers were not placed: " + e.getMessage());
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process ends already, and the hook with it.
        }
    }
}
