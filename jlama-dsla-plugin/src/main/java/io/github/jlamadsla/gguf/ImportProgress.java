package io.github.jlamadsla.gguf;

/** Follows an import, on its thread. */
@FunctionalInterface
public interface ImportProgress {
    ImportProgress NONE = (name, done, total) -> {
    };

    /**
     * After each tensor or large piece of one.
     *
     * @param tensor its name in the GGUF file
     * @param doneBytes bytes of tensor data read so far
     * @param totalBytes of all tensors
     */
    void read(String tensor, long doneBytes, long totalBytes);
}
