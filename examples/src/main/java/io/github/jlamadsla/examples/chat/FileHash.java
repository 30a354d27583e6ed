package io.github.jlamadsla.examples.chat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import io.github.jlamadsla.examples.ByteProgress;

/** SHA-256 of a file's content. */
final class FileHash {
    private static final int PIECE = 1 << 20;

    private FileHash() {}

    /** @return 64 lower-case hexadecimal digits */
    static String of(Path file, ByteProgress progress) throws IOException {
        MessageDigest digest = sha256();
        byte[] piece = new byte[PIECE];
        long total = Files.size(file);
        long done = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                digest.update(piece, 0, n);
                done += n;
                progress.reached(done, total);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
