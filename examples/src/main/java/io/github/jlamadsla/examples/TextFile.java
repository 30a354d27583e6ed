package io.github.jlamadsla.examples;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a text that the user names. */
final class TextFile {
    /** Most bytes; more fits no context. */
    static final int MAX_BYTES = 16 << 20;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private TextFile() {}

    /**
     * @param file UTF-8; also something that can only be read once
     * @return the text, without a byte order mark, not blank
     * @throws UsageException naming the file and what is wrong with it
     */
    static String read(Path file) {
        if (Files.isDirectory(file)) {
            throw new UsageException(file + " is a directory; allowed: a text file");
        }
        String text = decode(file, bytes(file));
        if (text.startsWith(BYTE_ORDER_MARK)) {
            text = text.substring(BYTE_ORDER_MARK.length());
        }
        if (text.isBlank()) {
            throw new UsageException(file + " is empty; allowed: a file with text in it");
        }
        return text;
    }

    private static byte[] bytes(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new UsageException(file + " is too long; allowed: at most " + MAX_BYTES + " bytes");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new UsageException(file + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new UsageException(file + " may not be read", e);
        } catch (IOException e) {
            throw new UsageException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static String decode(Path file, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new UsageException(file + " is not UTF-8 text", e);
        }
    }
}
