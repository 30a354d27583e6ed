package io.github.jlamadsla.gguf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.UUID;

import io.github.jlamadsla.checkpoint.DurableFile;

/**
 * A folder that appears whole or not at all: it is filled under a temporary name beside the target,
 * {@code NAME.UUID.part}, and takes the target's name at the end. A target that it replaces is
 * {@code NAME.UUID.old} until then. A locked file in it tells a folder that is being filled from one that a killed
 * process left; the latter are removed when a new one for the same target is begun. For one thread.
 */
final class NewFolder implements AutoCloseable {
    static final String PART = ".part";
    static final String OLD = ".old";
    static final String LOCK = ".lock";

    /** First half of the ids of all folders that this process makes. */
    private static final long PROCESS = UUID.randomUUID().getMostSignificantBits();

    private final Path target;
    private final UUID id;
    private final Path folder;
    private final FileChannel lock;
    private boolean finished;

    private NewFolder(Path target, UUID id, Path folder, FileChannel lock) {
        this.target = target;
        this.id = id;
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
        return create(target, Instant.now());
    }

    static NewFolder create(Path target, Instant now) {
        Path absolute = target.toAbsolutePath().normalize();
        try {
            Files.createDirectories(absolute.getParent());
            Leftovers.clear(absolute, now);
            UUID id = new UUID(PROCESS, UUID.randomUUID().getLeastSignificantBits());
            Path folder = Files.createDirectory(part(absolute, id));
            return new NewFolder(absolute, id, folder, locked(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(target + ": cannot be made: " + e, e);
        }
    }

    /**
     * Gives a target its name back that a killed process took from it, and removes what such processes left. Before it
     * is told from the target whether it may be made.
     *
     * @throws UncheckedIOException if that fails
     */
    static void recover(Path target) {
        try {
            Leftovers.clear(target.toAbsolutePath().normalize(), Instant.now());
        } catch (IOException e) {
            throw new UncheckedIOException(target + ": leftovers beside it cannot be removed: " + e, e);
        }
    }

    private static FileChannel locked(Path folder) throws IOException {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            channel.lock();
            return channel;
        } catch (IOException | RuntimeException e) { // not all network file systems have locks
            try {
                if (channel != null) {
                    channel.close();
                }
                Leftovers.delete(folder);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    /** Where the folder of that id is filled. */
    static Path part(Path target, UUID id) {
        return target.resolveSibling(target.getFileName() + "." + id + PART);
    }

    /** Where the target is while the folder of that id takes its place. */
    static Path old(Path target, UUID id) {
        return target.resolveSibling(target.getFileName() + "." + id + OLD);
    }

    /** Whether this process made the folder of that id. */
    static boolean madeHere(UUID id) {
        return id.getMostSignificantBits() == PROCESS;
    }

    /** Where it is filled. */
    Path path() {
        return folder;
    }

    /** Writes a whole file in it. */
    void write(String name, byte[] content) {
        Path file = folder.resolve(name);
        try {
            DurableFile.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be written: " + e, e);
        }
    }

    /**
     * Gives it the target's name.
     *
     * @param replace whether a folder of that name is replaced
     * @throws UncheckedIOException of a {@link FileAlreadyExistsException} if one is there and is not to be replaced, or
     *         came while it was
     */
    void finish(boolean replace) {
        Path old = null;
        try {
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                if (!replace) {
                    throw new FileAlreadyExistsException(target.toString());
                }
                old = Files.move(target, old(target, id));
            }
            moveIn(old);
            finished = true;
            Files.delete(target.resolve(LOCK)); // not before: until it is moved it must be known as being filled
            if (old != null) {
                Leftovers.delete(old);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(target + ": cannot be made: " + e, e);
        }
    }

    /** @param old what stood in its place, null if nothing did */
    void moveIn(Path old) throws IOException {
        try {
            Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                // Another import was faster; the next one removes the old folder.
                FileAlreadyExistsException came = new FileAlreadyExistsException(target.toString());
                came.initCause(e);
                throw came;
            }
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
                Leftovers.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": cannot be removed: " + e, e);
        }
    }
}
