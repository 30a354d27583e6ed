package io.github.jlamadsla.gguf;

import java.nio.file.Path;

/** Makes a directory that Jlama and this engine can read out of a GGUF file. */
public final class GgufImporter {

    private GgufImporter() {}

    /**
     * Imports a file. The target appears whole or not at all.
     *
     * @param file GGUF version 2 or 3, architecture {@code llama}
     * @param target directory to be made
     * @throws io.github.jlamadsla.safetensors.InvalidModelException if the file is refused, or the DSLA layers do not fit it
     * @throws java.nio.file.FileAlreadyExistsException wrapped unchecked, if the target is there and may not be replaced
     * @throws java.io.UncheckedIOException if it cannot be read or written
     */
    public static void run(Path file, Path target, ImportOptions options, ImportProgress progress) {
        throw new UnsupportedOperationException("being written");
    }
}
