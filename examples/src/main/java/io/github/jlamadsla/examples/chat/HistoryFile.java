package io.github.jlamadsla.examples.chat;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** The file that remembers the lines typed: for its owner's eyes alone. */
final class HistoryFile {

    private HistoryFile() {}

    /**
     * Makes the file, if it is not there.
     *
     * @return the file, or nothing if it cannot be written; the chat then goes without
     */
    static Optional<Path> in(Path folder) {
        Path file = folder.resolve("chat_history");
        try {
            Files.createDirectories(folder, mode("rwx------"));
            try {
                Files.createFile(file, mode("rw-------"));
            } catch (FileAlreadyExistsException e) {
                // from an earlier chat
            }
            return Files.isRegularFile(file) && Files.isReadable(file) && Files.isWritable(file)
                    && Files.isWritable(folder) ? Optional.of(file) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static FileAttribute<?>[] mode(String permissions) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[]{
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))}
                : new FileAttribute<?>[0];
    }
}
