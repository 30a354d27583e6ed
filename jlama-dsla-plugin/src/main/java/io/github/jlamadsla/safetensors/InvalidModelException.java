package io.github.jlamadsla.safetensors;

import java.nio.file.Path;

/** A model directory or file that is refused: its message names file, key, value and what is allowed. */
public final class InvalidModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final String key;

    /**
     * @param file the file at fault
     * @param key the key, tensor or header field at fault
     * @param value what stands there, shortened by the caller if long
     * @param allowed what would be accepted, as a phrase
     */
    public InvalidModelException(Path file, String key, Object value, String allowed) {
        super(file + ": " + key + " is " + value + "; allowed: " + allowed);
        this.file = file;
        this.key = key;
    }

    /** The file at fault. */
    public Path file() {
        return file;
    }

    /** The key, tensor or header field at fault. */
    public String key() {
        return key;
    }
}
