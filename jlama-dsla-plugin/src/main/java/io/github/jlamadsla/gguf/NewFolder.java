package io.github.jlamadsla.gguf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;

/**
 * A folder that appears whole or not at all: it is filled under a temporary name beside the target,
 * {@code NAME.UUID.part}, and takes the target's name at the end. A locked file in it tells a folder that is being
 * filled from one that a killed process left; the latter are removed when a new one for the same target is begun. For
 * one thread.
 */
final class NewFolder implements AutoCloseable {
    private static final String SUFFIX = ".part";
    private static final String LOCK = ".lock";

    private final Path target;
    private final Path folder;
    private final FileChannel lock;
    private boolean finished;

    private NewFolder(Path target, Path folder, FileChannel lock) {
        this.target = target;
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Begins a folder.
     *
     * @param target its name in the end; folders above it are made
     * @throws UncheckedIOException if it cannot be made
     */
    static NewFolder create(Path target) {
        Path absolute = target.toAbsolutePath().normalize();
        try {
            Files.createDirectories(absolute.getParent());
            removeLeftovers(absolute);
            Path folder = Files.createDirectory(sibling(absolute, UUID.randomUUID() + SUFFIX));
            FileChannel lock = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE);
            lock.lock();
            return new NewFolder(absolute, folder, lock);
        } catch (IOException e) {
            throw new UncheckedIOException(target + ": cannot be made: " + e, e);
        }
    }

    private static Path sibling(Path target, String ending) {
        return target.resolveSibling(target.getFileName() + "." + ending);
    }

    private static void removeLeftovers(Path target) throws IOException {
        String prefix = target.getFileName() + ".";
        try (DirectoryStream<Path> beside = Files.newDirectoryStream(target.getParent(),
                path -> path.getFileName().toString().startsWith(prefix)
                        && path.getFileName().toString().endsWith(SUFFIX))) {
            for (Path folder : beside) {
                if (abandoned(folder)) {
                    delete(folder);
                }
            }
        }
    }

    private static boolean abandoned(Path folder) throws IOException {
        Path file = folder.resolve(LOCK);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // filled by another thread of this process
        }
    }

    /** Where it is filled. */
    Path path() {
        return folder;
    }

    /** Writes a whole file in it. */
    void write(String name, byte[] content) {
        Path file = folder.resolve(name);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be written: " + e, e);
        }
    }

    /**
     * Gives it the target's name.
     *
     * @param replace whether a folder of that name is replaced
     * @throws UncheckedIOException of a {@link FileAlreadyExistsException} if one is there and is not to be replaced
     */
    void finish(boolean replace) {
        Path old = null;
        try {
            Files.delete(folder.resolve(LOCK));
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                if (!replace) {
                    throw new FileAlreadyExistsException(target.toString());
                }
                old = Files.move(target, sibling(target, UUID.randomUUID() + ".old"));
            }
            moveIn(old);
            finished = true;
            if (old != null) {
                delete(old);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(target + ": cannot be made: " + e, e);
        }
    }

    private void moveIn(Path old) throws IOException {
        try {
            Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (old != null) {
                Files.move(old, target);
            }
            throw e;
        }
    }

    /** Without {@link #finish} before: removes what was written. */
    @Override
    public void close() {
        try {
            lock.close();
            if (!finished) {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": cannot be removed: " + e, e);
        }
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException problem) throws IOException {
                if (problem != null) {
                    throw problem;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
