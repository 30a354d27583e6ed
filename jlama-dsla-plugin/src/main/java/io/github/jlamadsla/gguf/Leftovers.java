package io.github.jlamadsla.gguf;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What killed processes left beside a target of {@link NewFolder}: the folder that was being filled, and a target that
 * was out of its place to be replaced. Several processes may clear away the same at once.
 */
final class Leftovers {
    /** A folder is made before its lock file: one without it that changed within this time may be about to get it. */
    static final Duration GRACE = Duration.ofMinutes(1);
    /**
     * The lock file is made before it is locked. Short, since after a kill it is at once the lock that tells: who tries
     * again needs the space.
     */
    static final Duration LOCKING = Duration.ofSeconds(2);

    private Leftovers() {}

    /**
     * Removes the leftovers of a target, after it got its name back if it has none now.
     *
     * @param target absolute
     */
    static void clear(Path target, Instant now) throws IOException {
        if (target.getParent() == null || !Files.isDirectory(target.getParent())) {
            return;
        }
        for (UUID id : ids(target)) {
            Path part = NewFolder.part(target, id);
            if (!filling(part, id, now)) {
                putBack(NewFolder.old(target, id), target);
                delete(part);
            }
        }
    }

    private static Set<UUID> ids(Path target) throws IOException {
        String prefix = target.getFileName() + ".";
        Set<UUID> ids = new TreeSet<>();
        try (DirectoryStream<Path> beside = Files.newDirectoryStream(target.getParent(),
                path -> path.getFileName().toString().startsWith(prefix))) {
            for (Path path : beside) {
                String ending = path.getFileName().toString().substring(prefix.length());
                int dot = Math.max(0, ending.lastIndexOf('.'));
                String suffix = ending.substring(dot);
                if (suffix.equals(NewFolder.PART) || suffix.equals(NewFolder.OLD)) {
                    addId(ids, ending.substring(0, dot));
                }
            }
        }
        return ids;
    }

    private static void addId(Set<UUID> ids, String text) {
        try {
            UUID id = UUID.fromString(text);
            if (id.toString().equals(text)) { // it takes shorter forms too
                ids.add(id);
            }
        } catch (IllegalArgumentException e) {
            return; // a name of the user's own
        }
    }

    private static boolean filling(Path part, UUID id, Instant now) {
        if (!Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (NewFolder.madeHere(id)) {
            return true; // to open and close the file would drop the lock that this process holds on it
        }
        Path lock = part.resolve(NewFolder.LOCK);
        try {
            return Files.exists(lock, LinkOption.NOFOLLOW_LINKS)
                    ? changedWithin(LOCKING, lock, now) || locked(lock)
                    : changedWithin(GRACE, part, now);
        } catch (IOException e) {
            return true; // nothing is removed that may be in use
        }
    }

    private static boolean changedWithin(Duration time, Path path, Instant now) throws IOException {
        return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant().plus(time).isAfter(now);
    }

    private static boolean locked(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true; // another thread looks too
        }
    }

    private static void putBack(Path old, Path target) throws IOException {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            delete(old);
        } else if (Files.exists(old, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.move(old, target);
            } catch (NoSuchFileException | FileAlreadyExistsException e) {
                return; // another import has put it back
            }
        }
    }

    /** Deletes a file, or a folder with all in it; what is not there need not be deleted. */
    static void delete(Path path) throws IOException {
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException problem) throws IOException {
                if (problem instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw problem;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException problem) throws IOException {
                if (problem != null) {
                    throw problem;
                }
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
