package io.github.jlamadsla.examples.chat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.gguf.GgufImporter;
import io.github.jlamadsla.gguf.ImportOptions;
import io.github.jlamadsla.safetensors.InvalidModelException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ModelCacheTest {
    /** SHA-256 of "GGUF". */
    private static final String HASH = "b83633aa785344791618f2fddf131b010ea04912a60430760b070bad293f65bd";

    @TempDir
    Path folder;
    private final TestOutput screen = TestOutput.piped();
    private final AtomicInteger imports = new AtomicInteger();
    private Path cache;
    private Path file;

    @BeforeEach
    void file() throws IOException {
        cache = folder.resolve("cache/jlama-dsla");
        file = Files.writeString(folder.resolve("some.gguf"), "GGUF");
    }

    /** Writes what makes a directory a model's, which appears whole or not at all. */
    private void fakeImport(Path from, Path target) {
        try {
            imports.incrementAndGet();
            Path part = Files.createTempDirectory(folder, "part");
            Files.writeString(part.resolve("weights"), Files.readString(from));
            Files.writeString(part.resolve("config.json"), "{}");
            Files.createDirectories(target.getParent());
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ModelCache cache(ModelCache.Importer importer) {
        return new ModelCache(cache, importer, model -> false);
    }

    @Test
    void aFileIsImportedOnceUnderItsContentsHash() throws IOException {
        ModelCache models = cache((from, target, options, progress) -> {
            assertThat(options).isEqualTo(ImportOptions.DEFAULT);
            progress.read("weights", 4, 4);
            fakeImport(from, target);
        });
        Path first = models.directory(file, screen.output);
        Path copy = Files.copy(file, folder.resolve("copy.gguf"));
        assertThat(models.directory(copy, screen.output)).isEqualTo(first);

        assertThat(first.getParent()).isEqualTo(cache);
        assertThat(first.getFileName()).hasToString(HASH);
        assertThat(first.resolve("weights")).hasContent("GGUF");
        assertThat(imports).hasValue(1);
        assertThat(entries()).containsExactly(first);
        assertThat(screen.errorLines()).containsExactly("Importing " + file + " into " + first + ", once",
                "Model: " + copy + ", imported before into " + first);
    }

    @Test
    void anotherContentIsAnotherModel() throws IOException {
        ModelCache models = cache((from, target, options, progress) -> fakeImport(from, target));
        Path first = models.directory(file, screen.output);
        Files.writeString(file, "GGUF changed");
        assertThat(models.directory(file, screen.output)).isNotEqualTo(first);
    }

    @Test
    void layersThatFitArePlacedAlsoIfMadeLater() {
        List<Path> asked = new ArrayList<>();
        ModelCache models = new ModelCache(cache, (from, target, options, progress) -> fakeImport(from, target),
                asked::add);
        Path target = models.directory(file, screen.output);
        assertThat(asked).containsExactly(target);
        models.directory(file, screen.output);
        assertThat(asked).containsExactly(target, target);
        assertThat(screen.errorLines()).last().isEqualTo("DSLA layers made for this model were found and placed in it");
    }

    @Test
    void aModelIsUsedWithoutLayersThatCannotBePlaced() {
        Path target = new ModelCache(cache, (from, to, options, progress) -> fakeImport(from, to), model -> {
            throw new UncheckedIOException(model + "/dsla: cannot be made", new AccessDeniedException("dsla"));
        }).directory(file, screen.output);
        assertThat(target.resolve("weights")).exists();
        assertThat(screen.errorLines()).last()
                .isEqualTo("DSLA layers were not placed: " + target + "/dsla: cannot be made");
    }

    @Test
    void aRefusedFileLeavesNothing() {
        assertThatThrownBy(() -> cache(GgufImporter::run).directory(file, screen.output))
                .isInstanceOf(InvalidModelException.class).hasMessageStartingWith(file + ": ");
        assertThat(cache).doesNotExist();
    }

    @Test
    void whatCannotBeImportedIsSaid() {
        UncheckedIOException full = new UncheckedIOException(new IOException("no space left"));
        ModelCache models = cache((from, target, options, progress) -> {
            throw full;
        });
        assertThatThrownBy(() -> models.directory(file, screen.output)).isSameAs(full);
    }

    @Test
    void severalAtOnceEachGetTheWholeModel() throws Exception {
        int chats = 8;
        CyclicBarrier allImport = new CyclicBarrier(chats);
        Callable<Path> chat = () -> cache((from, target, options, progress) -> {
            try {
                allImport.await();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            fakeImport(from, target);
        }).directory(file, TestOutput.piped().output);
        try (ExecutorService threads = Executors.newFixedThreadPool(chats)) {
            List<Future<Path>> paths = threads.invokeAll(Stream.generate(() -> chat).limit(chats).toList());
            for (Future<Path> path : paths) {
                assertThat(path.get().resolve("weights")).hasContent("GGUF");
            }
        }
        assertThat(imports).hasValue(chats);
        assertThat(entries()).hasSize(1);
    }

    @Test
    void theNextImportRemovesWhatAKilledOneLeft() throws IOException {
        Path model = ChatTest.TINY;
        Path probe = new ModelCache(folder.resolve("probe"), GgufImporter::run, _ -> false)
                .directory(model, screen.output);
        Path killed = leftover(probe.getFileName() + "." + UUID.randomUUID() + ".part");
        Path ofAnother = leftover(HASH + "." + UUID.randomUUID() + ".part");
        Path target = cache(GgufImporter::run).directory(model, screen.output);
        assertThat(entries()).containsExactlyInAnyOrder(target, ofAnother).doesNotContain(killed);
        HybridCheckpoint.open(target, "dsla", false).close();
    }

    /** As the importer leaves it, a while ago: with a file that it would hold locked. */
    private Path leftover(String name) throws IOException {
        Path left = Files.createDirectories(cache.resolve(name));
        FileTime before = FileTime.from(Instant.now().minus(Duration.ofMinutes(5)));
        Files.setLastModifiedTime(Files.createFile(left.resolve(".lock")), before);
        Files.writeString(left.resolve("model.safetensors"), "x");
        Files.setLastModifiedTime(left, before);
        return left;
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(cache)) {
            return entries.toList();
        }
    }
}
