package io.github.jlamadsla.examples.chat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;

/** DSLA layers in a folder of their own, apart from the base model that they were made for. */
final class DslaLayers {
    private static final String FOLDER = "dsla";
    private static final String CONFIG = "dsla_config.json";
    private static final String TENSORS = "dsla.safetensors";

    private DslaLayers() {}

    /** Whether a folder looks like one with DSLA layers. */
    static boolean isFolder(Path folder) {
        return Files.isRegularFile(folder.resolve(CONFIG)) && Files.isRegularFile(folder.resolve(TENSORS));
    }

    /**
     * Copies the layers into a model directory if they were made for that very model.
     *
     * @param model directory without DSLA layers
     * @return whether they were
     */
    static boolean place(Path model, Path layers) {
        try {
            if (!isMadeFor(model, layers)) {
                return false;
            }
            Path folder = Files.createDirectory(model.resolve(FOLDER));
            Files.copy(layers.resolve(CONFIG), folder.resolve(CONFIG));
            Files.copy(layers.resolve(TENSORS), folder.resolve(TENSORS));
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isMadeFor(Path model, Path layers) throws IOException {
        JsonNode fingerprints = new ObjectMapper().readTree(layers.resolve(CONFIG).toFile()).path("base_fingerprint");
        try (HybridCheckpoint base = HybridCheckpoint.open(model, FOLDER, false)) {
            if (fingerprints.isTextual()) {
                return fingerprints.textValue().equals(base.fingerprint());
            }
            for (JsonNode fingerprint : fingerprints) {
                if (base.fingerprint().equals(fingerprint.textValue())) {
                    return true;
                }
            }
            return false;
        }
    }
}
