package io.github.jlamadsla.safetensors;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** What stands at a path where something else was wanted, in words for a message. */
public final class FileKind {
    private FileKind() {}

    /** {@code missing}, {@code a directory}, {@code a file}, {@code a link that leads nowhere} and the like. */
    public static String of(Path path) {
        if (Files.isDirectory(path)) {
            return "a directory";
        }
        if (Files.isRegularFile(path)) {
            return "a file";
        }
        if (Files.exists(path)) {
            return "neither a file nor a directory";
        }
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? "a link that leads nowhere" : "missing";
    }
}
