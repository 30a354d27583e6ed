package io.github.jlamadsla.gguf;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.testing.TestFiles;
import io.github.jlamadsla.testing.TestModels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** The target appears whole or not at all, whatever happens on the way. */
class ImportedFolderTest {
    @TempDir
    private Path folder;
    private Path original;
    private Path file;
    private Path target;

    @BeforeEach
    void aFile() {
        original = TestModels.llama().layers(1).write(folder.resolve("original"));
        file = TestGguf.of(original).write(folder.resolve("model.gguf"));
        target = folder.resolve("models/imported");
    }

    @Test
    void nothingIsThereUntilAllIs() {
        run(false, (_, _, _) -> {
            assertThat(target).doesNotExist();
            assertThat(ImportRig.names(target.getParent())).singleElement().asString()
                    .matches("imported\\.[0-9a-f-]{36}\\.part");
        });
        assertThat(ImportRig.names(target.getParent())).containsExactly("imported");
        assertThat(ImportRig.names(target)).doesNotContain(".lock");
    }

    @Test
    void whateverFailsOnTheWayLeavesNothing() {
        assertThatIllegalStateException().isThrownBy(() -> run(false, (name, _, _) -> {
            if (name.equals("blk.0.ffn_up.weight")) {
                throw new IllegalStateException("enough");
            }
        })).withMessage("enough");
        assertThat(target.getParent()).isEmptyDirectory();
    }

    @Test
    void aDiskThatFailsOnTheWayLeavesNothing() {
        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> run(false, (name, _, _) -> {
            if (name.equals("output_norm.weight")) {
                Path part = target.resolveSibling(ImportRig.names(target.getParent()).getFirst());
                // What the weights are to be called is taken: putting them in their place fails.
                TestFiles.writeBytes(writable(part.resolve("model.safetensors")).resolve("x"), new byte[1]);
            }
        })).withMessageContaining("model.safetensors: cannot be written: ");
        assertThat(target.getParent()).isEmptyDirectory();
    }

    private static Path writable(Path directory) {
        try {
            return Files.createDirectory(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anInterruptionLeavesNothing() {
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> run(false, (_, _, _) -> Thread.currentThread().interrupt()))
                .withCauseInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(target.getParent()).isEmptyDirectory();
    }

    @Test
    void spaceIsLookedAtFirst() {
        GgufImporter.Setup roomy = ImportRig.setup(original, ImportRig.NO_LIMIT);
        Path[] asked = new Path[1];
        GgufImporter.Setup full = new GgufImporter.Setup(roomy.tokenizer(), roomy.shardBytes(), path -> {
            asked[0] = path;
            return 1_000_000;
        });
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> GgufImporter.run(file, target, ImportOptions.DEFAULT, ImportProgress.NONE, full))
                .withMessageMatching(".*imported: 1[0-9]{6} bytes of disk space are needed, 1000000 are free");
        assertThat(asked).containsExactly(folder);
        assertThat(target.getParent()).doesNotExist();
    }

    @Test
    void theRealDiskHasRoom() {
        GgufImporter.Setup stubbed = ImportRig.setup(original, 1 << 20);
        GgufImporter.run(file, target, ImportOptions.DEFAULT, ImportProgress.NONE, new GgufImporter.Setup(
                stubbed.tokenizer(), stubbed.shardBytes(), GgufImporter.Setup.DEFAULT.usableBytes()));
        assertThat(target).isDirectory();
    }

    @Test
    void anExistingTargetIsLeftAlone() {
        run(false, ImportProgress.NONE);
        TestFiles.writeText(target.resolve("mine.txt"), "mine");
        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> run(false, ImportProgress.NONE))
                .withCauseInstanceOf(FileAlreadyExistsException.class)
                .withMessage(target + ": exists and is not to be overwritten");
        assertThat(target.resolve("mine.txt")).exists();
    }

    @Test
    void aTargetThatCameMeanwhileIsLeftAlone() {
        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> run(false, (_, _, _) -> {
            if (!Files.exists(target)) {
                writable(target);
            }
        })).withCauseInstanceOf(FileAlreadyExistsException.class);
        assertThat(target).isEmptyDirectory();
        assertThat(ImportRig.names(target.getParent())).containsExactly("imported");
    }

    @Test
    void anOldModelStaysUntilTheNewOneIsComplete() {
        run(false, ImportProgress.NONE);
        TestFiles.writeText(target.resolve("mine.txt"), "mine");
        assertThatIllegalStateException().isThrownBy(() -> run(true, (_, _, _) -> {
            throw new IllegalStateException("enough");
        }));
        assertThat(ImportRig.names(target)).contains("mine.txt", "model.safetensors");
        assertThat(ImportRig.names(target.getParent())).containsExactly("imported");

        run(true, (_, _, _) -> assertThat(target.resolve("mine.txt")).exists());
        assertThat(ImportRig.names(target)).containsExactly("config.json", "model.safetensors", "tokenizer.json",
                "tokenizer_config.json");
        assertThat(ImportRig.names(target.getParent())).containsExactly("imported");
    }

    @Test
    void onlyModelsAreOverwritten() throws IOException {
        Files.createDirectories(target);
        TestFiles.writeText(target.resolve("config.json"), "{}");
        assertThatExceptionOfType(InvalidModelException.class).isThrownBy(() -> run(true, ImportProgress.NONE))
                .withMessage(target + ": target is no model directory; allowed: a model directory to be overwritten, "
                        + "or a name that is free");
        assertThat(ImportRig.names(target)).containsExactly("config.json");
    }

    @Test
    void whatAKilledImportLeftIsRemovedByTheNextOne() throws IOException {
        Path left = Files.createDirectories(NewFolder.part(target, UUID.randomUUID()));
        TestFiles.writeText(left.resolve(".lock"), "");
        TestFiles.writeText(left.resolve("config.json"), "{}");
        makeOld(left.resolve(".lock"));
        Path unknown = Files.createDirectories(target.resolveSibling("imported.mine.part"));
        Path other = Files.createDirectories(NewFolder.part(target.resolveSibling("other"), UUID.randomUUID()));
        TestFiles.writeText(other.resolve(".lock"), "");
        makeOld(other.resolve(".lock"));
        Path running = Files.createDirectories(NewFolder.part(target, UUID.randomUUID()));
        try (FileChannel lock = FileChannel.open(running.resolve(".lock"), StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE)) {
            lock.lock();
            makeOld(running.resolve(".lock"));
            run(false, ImportProgress.NONE);
        }
        assertThat(left).doesNotExist();
        assertThat(unknown).exists();
        assertThat(other).exists();
        assertThat(running).exists();
    }

    private static void makeOld(Path lock) throws IOException {
        Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minus(Leftovers.LOCKING.multipliedBy(2))));
    }

    @Test
    void aModelThatAKilledImportHadOutOfItsPlaceIsOverwrittenOnlyIfAskedFor() throws IOException {
        run(false, ImportProgress.NONE);
        TestFiles.writeText(target.resolve("mine.txt"), "mine");
        Path old = Files.move(target, NewFolder.old(target, UUID.randomUUID()));
        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> run(false, ImportProgress.NONE))
                .withCauseInstanceOf(FileAlreadyExistsException.class);
        assertThat(target.resolve("mine.txt")).exists();
        assertThat(old).doesNotExist();
    }

    @Test
    void whatIsImportedIsNotDeletedWithTheOldTarget() throws IOException {
        run(false, ImportProgress.NONE);
        Path inside = Files.copy(file, target.resolve("model.gguf"));
        Path link = folder.resolve("link");
        TestFiles.link(link, target);
        for (Path source : List.of(inside, link.resolve("model.gguf"))) {
            for (Path to : List.of(target, link)) {
                assertThatExceptionOfType(InvalidModelException.class)
                        .isThrownBy(() -> run(source, to, null)).withMessage(to + ": target is to be replaced with "
                                + source + " in it; allowed: a directory that holds nothing of what is imported");
            }
        }
        Path layers = Files.createDirectory(target.resolve("dsla"));
        assertThatExceptionOfType(InvalidModelException.class).isThrownBy(() -> run(file, target, layers))
                .withMessageContaining("target is to be replaced with " + layers + " in it");
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> run(target.resolve("missing.gguf"), target, null))
                .withMessageEndingWith("missing.gguf: file is missing; allowed: a GGUF file");
        assertThat(ImportRig.names(target)).contains("model.gguf", "model.safetensors");

        run(Files.copy(file, folder.resolve("models/imported.gguf")), target, null); // a name that only begins alike
        assertThat(inside).doesNotExist();
    }

    private void run(Path source, Path to, Path layers) {
        GgufImporter.run(source, to, new ImportOptions(DType.F32, true, layers), ImportProgress.NONE,
                ImportRig.setup(original, ImportRig.NO_LIMIT));
    }

    @Test
    void twoImportsOfOneTargetDoNotDisturbEachOther() {
        boolean[] done = new boolean[1];
        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> run(false, (_, _, _) -> {
            if (!done[0]) {
                done[0] = true;
                run(false, ImportProgress.NONE);
            }
        })).withCauseInstanceOf(FileAlreadyExistsException.class);
        assertThat(ImportRig.names(target.getParent())).containsExactly("imported");
        assertThat(ImportRig.tensors(target)).isNotEmpty();
    }

    @Test
    void aRelativeTargetIsTakenFromTheWorkingDirectory() {
        Path relative = Path.of("target", "import-" + System.nanoTime());
        try {
            GgufImporter.run(file, relative, ImportOptions.DEFAULT, ImportProgress.NONE,
                    ImportRig.setup(original, ImportRig.NO_LIMIT));
            assertThat(relative.resolve("config.json")).exists();
        } finally {
            TestFiles.delete(relative);
        }
    }

    @Test
    void aKilledProcessLeavesOnlyItsPartWhichTheNextTryRemovesAtOnce() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(),
                "--add-modules", "jdk.incubator.vector", "-cp", System.getProperty("java.class.path"),
                EndlessImport.class.getName(), file.toString(), target.toString(), original.toString())
                .redirectErrorStream(true).start();
        try (var out = process.inputReader()) {
            assertThat(out.lines().anyMatch(line -> line.equals("reading"))).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ImportRig.names(target.getParent())).singleElement().asString().endsWith(".part");

        Path part = target.resolveSibling(ImportRig.names(target.getParent()).getFirst());
        makeOld(part.resolve(".lock")); // as if it had run for some seconds; the folder itself is young
        run(false, (_, _, _) -> assertThat(part).as("while the next one is filled").doesNotExist());
        assertThat(ImportRig.names(target.getParent())).containsExactly("imported");
    }

    private void run(boolean overwrite, ImportProgress progress) {
        GgufImporter.run(file, target, new ImportOptions(DType.F32, overwrite, null), progress,
                ImportRig.setup(original, ImportRig.NO_LIMIT));
    }
}
