package io.github.jlamadsla.quality;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** Text files to measure with: UTF-8, plain or in gzip, read as a stream. What is wrong is one line with the file. */
final class InputFile {
    private static final byte[] GZIP = {0x1f, (byte) 0x8b};
    private static final byte[] XZ = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};
    private static final int BUFFER = 1 << 16;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private InputFile() {}

    /** Reads something from a stream of characters. */
    @FunctionalInterface
    interface Reading<T> {
        T read(Reader text) throws IOException;
    }

    /**
     * Opens a file, hands it to {@code reading} without a byte order mark, and closes it.
     *
     * @throws IllegalArgumentException if it cannot be read or is no UTF-8 text; names the file
     */
    static <T> T read(Path file, Reading<T> reading) {
        if (Files.isDirectory(file)) {
            throw new IllegalArgumentException(file + " is a directory; allowed: a text file");
        }
        try (InputStream in = plain(file, new BufferedInputStream(Files.newInputStream(file), BUFFER));
                Reader text = new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT));
                Reader marked = new BufferedReader(text, BUFFER)) {
            marked.mark(1);
            if (marked.read() != BYTE_ORDER_MARK) {
                marked.reset();
            }
            return reading.read(marked);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(file + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new IllegalArgumentException(file + " may not be read", e);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is not UTF-8 text", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static InputStream plain(Path file, InputStream in) throws IOException {
        in.mark(XZ.length);
        byte[] head = in.readNBytes(XZ.length);
        in.reset();
        if (startsWith(head, XZ)) {
            throw new IllegalArgumentException(
                    file + " is packed with xz; allowed: plain text or gzip (xz -dk " + file + " unpacks it)");
        }
        return startsWith(head, GZIP) ? new GZIPInputStream(in, BUFFER) : in;
    }

    private static boolean startsWith(byte[] head, byte[] magic) {
        return Arrays.equals(head, 0, Math.min(head.length, magic.length), magic, 0, magic.length);
    }
}
