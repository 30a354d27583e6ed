package io.github.jlamadsla.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

import io.github.jlamadsla.bridge.JlamaModelDirectory;

/** Takes the bytes of a tokenizer.json, and no more than one may have. */
final class TokenizerBytes extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** The file would be too large. */
    static final class Full extends IOException {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public void write(int b) throws Full {
        makeRoom(1);
        bytes.write(b);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws Full {
        makeRoom(length);
        bytes.write(from, offset, length);
    }

    private void makeRoom(int length) throws Full {
        if (bytes.size() + (long) length > JlamaModelDirectory.MAX_TOKENIZER_BYTES) {
            throw new Full();
        }
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }
}
