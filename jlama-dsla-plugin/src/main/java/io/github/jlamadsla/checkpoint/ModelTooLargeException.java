package io.github.jlamadsla.checkpoint;

import java.nio.file.Path;

/** A model whose weights do not fit the machine's memory; nothing of them was loaded. */
public final class ModelTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long neededBytes;
    private final long availableBytes;

    ModelTooLargeException(Path modelDirectory, long neededBytes, long availableBytes) {
        super(String.format("%s: the weights take %d bytes (%d MB) of memory, the machine has %d (%d MB) available; "
                + "allowed: a model that fits", modelDirectory, neededBytes, neededBytes >> 20, availableBytes,
                availableBytes >> 20));
        this.neededBytes = neededBytes;
        this.availableBytes = availableBytes;
    }

    /** Bytes that the weights would take. */
    public long neededBytes() {
        return neededBytes;
    }

    /** Bytes that the machine had. */
    public long availableBytes() {
        return availableBytes;
    }
}
