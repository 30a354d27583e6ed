package io.github.jlamadsla.examples.chat;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.jlamadsla.checkpoint.DslaFolder;
import io.github.jlamadsla.gguf.DslaPlacement;
import io.github.jlamadsla.safetensors.InvalidModelException;

/** DSLA layers in a folder of their own, apart from the base model that they were made for. */
final class DslaLayers {
    private static final Logger LOG = LoggerFactory.getLogger(DslaLayers.class);

    private static final String FOLDER = "dsla"; // where a runtime looks

    private DslaLayers() {}

    /** Whether a folder looks like one with DSLA layers. */
    static boolean isFolder(Path folder) {
        return DslaFolder.FILES.stream().map(folder::resolve).allMatch(Files::isRegularFile);
    }

    /**
     * Copies the layers into a model directory if it has none and they were made for that very model.
     *
     * @return whether they are new there
     * @throws UncheckedIOException if they cannot be read or written
     */
    static boolean place(Path model, Path layers) {
        return place(model, layers, DslaPlacement::place);
    }

    static boolean place(Path model, Path layers, BiConsumer<Path, Path> placement) {
        if (Files.exists(model.resolve(FOLDER))) {
            return false;
        }
        try {
            placement.accept(model, layers);
            return true;
        } catch (InvalidModelException e) {
            LOG.debug("{} are not for {}", layers, model, e);
            return false;
        } catch (UncheckedIOException e) {
            if (Files.exists(model.resolve(FOLDER))) {
                return false; // another program was faster; layers appear whole or not at all
            }
            throw e;
        }
    }
}
