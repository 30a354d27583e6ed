package io.github.jlamadsla.gguf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.UUID;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.testing.TestFiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Folders that processes left at any moment, and those that are being filled. */
class NewFolderTest {
    private static final Instant NOW = Instant.now();
    private static final Instant LATER = NOW.plus(Leftovers.GRACE).plusSeconds(60);

    @TempDir
    private Path folder;
    private Path target;
    private UUID id;

    @BeforeEach
    void names() {
        target = folder.resolve("model");
        id = UUID.randomUUID(); // of another process
    }

    @Test
    void aYoungFolderIsTakenForAliveEvenBeforeItIsLocked() throws IOException {
        Path part = filled(NewFolder.part(target, id));
        NewFolder.create(target, NOW).close();
        assertThat(part).isDirectoryContaining(file -> file.endsWith("content.txt"));
        Path lock = part.resolve(".lock");
        TestFiles.writeText(lock, "");
        NewFolder.create(target, NOW).close();
        assertThat(part).exists();

        // Time enough to be locked has passed; that the folder changed just now no longer counts.
        Files.setLastModifiedTime(lock, FileTime.from(NOW.minus(Leftovers.LOCKING)));
        NewFolder.create(target, NOW).close();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFolderThatWasLeftBeforeItWasLockedIsRemoved() {
        filled(NewFolder.part(target, id));
        NewFolder.create(target, LATER).close();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void otherNamesAreTheUsers() {
        for (String name : new String[]{"model.mine.part", "model.1-2-3-4-5.old", "model.part", "model.old", "model.",
            "models." + id + ".part", "model." + id, "model." + id + ".part.txt", id + ".old"}) {
            filled(folder.resolve(name));
        }
        var before = ImportRig.names(folder);
        NewFolder.create(target, LATER).close();
        assertThat(ImportRig.names(folder)).isEqualTo(before);
    }

    @Test
    void foldersOfThisProcessAreAliveAndTheirLocksHold() throws IOException, InterruptedException {
        try (NewFolder first = NewFolder.create(target, NOW)) {
            try (NewFolder second = NewFolder.create(target, LATER)) {
                assertThat(first.path()).exists();
                assertThat(second.path()).exists();
            }
            // A process's lock is seen by others only.
            assertThat(clearElsewhere()).isZero();
            assertThat(first.path()).exists();
        }
        assertThat(folder).isEmptyDirectory();
    }

    private int clearElsewhere() throws IOException, InterruptedException {
        return new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp",
                System.getProperty("java.class.path"), ClearLater.class.getName(), target.toString()).inheritIO()
                .start().waitFor();
    }

    /** Clears beside a target as one does that comes long after. */
    static final class ClearLater {
        private ClearLater() {}

        public static void main(String[] arguments) throws IOException {
            Leftovers.clear(Path.of(arguments[0]), LATER);
        }
    }

    @Test
    void aTargetThatWasOutOfItsPlaceComesBack() {
        Path old = filled(NewFolder.old(target, id));
        Path part = filled(NewFolder.part(target, id));
        TestFiles.writeText(part.resolve(".lock"), "");
        NewFolder.create(target, NOW).close();
        assertThat(old).exists(); // the other process may be at it

        NewFolder.create(target, LATER).close();
        assertThat(ImportRig.names(folder)).containsExactly("model");
        assertThat(target.resolve("content.txt")).hasContent(old.getFileName().toString());
    }

    @Test
    void anOldTargetThatWasReplacedIsRemoved() {
        filled(NewFolder.old(target, id));
        filled(target);
        NewFolder.recover(target);
        assertThat(ImportRig.names(folder)).containsExactly("model");
        assertThat(target.resolve("content.txt")).hasContent("model");
    }

    @Test
    void recoveringNeedsNoFolderAbove() {
        NewFolder.recover(folder.resolve("not/there"));
        NewFolder.recover(folder.getRoot());
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theLockStaysUntilTheFolderHasItsName() throws IOException {
        try (NewFolder made = NewFolder.create(target)) {
            made.moveIn(null);
            assertThat(ImportRig.names(target)).containsExactly(".lock");
        }
        TestFiles.delete(target);
        try (NewFolder made = NewFolder.create(target)) {
            made.write("content.txt", new byte[]{'x'});
            filled(target);
            made.finish(true);
        }
        assertThat(ImportRig.names(folder)).containsExactly("model");
        assertThat(ImportRig.names(target)).containsExactly("content.txt");
        assertThat(target.resolve("content.txt")).hasContent("x");
    }

    @Test
    void aFolderThatCannotBeLockedIsRemoved() {
        Thread.currentThread().interrupt(); // makes locking fail
        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> NewFolder.create(target))
                .withCauseInstanceOf(FileLockInterruptionException.class)
                .withMessageStartingWith(target + ": cannot be made: ");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aTargetThatCameBetweenTheLookAndTheMoveIsNamed() {
        try (NewFolder made = NewFolder.create(target)) {
            Path old = filled(NewFolder.old(target, id));
            filled(target);
            assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> made.moveIn(null))
                    .withMessage(target.toString()).withCauseInstanceOf(IOException.class);
            assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> made.moveIn(old));
        }
        assertThat(target.resolve("content.txt")).hasContent("model");
        NewFolder.create(target).close();
        assertThat(ImportRig.names(folder)).containsExactly("model");
    }

    @Test
    void aMoveThatFailsPutsTheOldTargetBack() {
        try (NewFolder made = NewFolder.create(target)) {
            Path old = filled(NewFolder.old(target, id));
            TestFiles.delete(made.path());
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> made.moveIn(old));
        }
        assertThat(ImportRig.names(folder)).containsExactly("model");
    }

    private static Path filled(Path directory) {
        try {
            Files.createDirectory(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TestFiles.writeText(directory.resolve("content.txt"), directory.getFileName().toString());
        return directory;
    }
}
