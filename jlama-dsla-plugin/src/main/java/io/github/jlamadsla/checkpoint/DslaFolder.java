package io.github.jlamadsla.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.github.jlamadsla.bridge.ModelConfig;
import io.github.jlamadsla.bridge.WeightFiles;
import io.github.jlamadsla.safetensors.FileKind;
import io.github.jlamadsla.safetensors.InvalidModelException;

/** A folder of DSLA layers by itself, without the base model's weights. */
public final class DslaFolder {
    /** The file that decides. */
    public static final String CONFIG = "dsla_config.json";
    /** Its tensors. */
    public static final String TENSORS = "dsla.safetensors";
    /** All files of a folder. */
    public static final List<String> FILES = List.of(CONFIG, TENSORS);

    private DslaFolder() {}

    /**
     * Checks all of it but whether its fingerprints are those of the base model's weights.
     *
     * @param base the model that it is for
     * @return its configuration
     * @throws InvalidModelException naming file, key, value and what is allowed
     * @throws java.io.UncheckedIOException if a file cannot be read
     */
    public static DslaConfig check(Path folder, ModelConfig base) {
        if (!Files.isDirectory(folder)) {
            throw new InvalidModelException(folder, "DSLA folder", FileKind.of(folder),
                    "a directory with " + CONFIG + " and " + TENSORS);
        }
        DslaConfig config = DslaConfigReader.read(folder.resolve(CONFIG), base);
        try (WeightFiles files = WeightFiles.single(folder.resolve(TENSORS))) {
            DslaTensors tensors = DslaTensors.of(files, config, base);
            tensors.checkNoOthers();
            tensors.checkValues();
        }
        return config;
    }
}
