package io.github.jlamadsla.examples.chat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
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

    /** Writes what makes a directory a model's, in pieces. */
    private void fakeImport(Path from, Path target) {
        try {
            imports.incrementAndGet();
            Files.createDirectory(target);
            Files.writeString(target.resolve("weights"), Files.readString(from));
            Files.writeString(target.resolve("config.json"), "{}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ModelCache cache(ModelCache.Importer importer) {
        return new ModelCache(cache, importer, model -> false, InstantSource.system());
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
    void layersThatFitArePlacedBeforeAnyoneSeesTheModel() {
        List<Path> asked = new ArrayList<>();
        ModelCache models = new ModelCache(cache, (from, target, options, progress) -> fakeImport(from, target),
                model -> {
                    asked.add(model);
                    return true;
                }, InstantSource.system());
        Path target = models.directory(file, screen.output);
        assertThat(asked).singleElement().isNotEqualTo(target);
        models.directory(file, screen.output);
        assertThat(asked).last().as("layers made since").isEqualTo(target);
        assertThat(screen.errorLines()).last().isEqualTo("DSLA layers made for this model were found and placed in it");
    }

    @Test
    void aRefusedFileLeavesNothing() throws IOException {
        InvalidModelException refused = new InvalidModelException(file, "version", 9, "2, 3");
        ModelCache models = cache((from, target, options, progress) -> {
            fakeImport(from, target);
            throw refused;
        });
        assertThatThrownBy(() -> models.directory(file, screen.output)).isSameAs(refused);
        assertThat(entries()).isEmpty();
    }

    @Test
    void severalAtOnceEachGetTheWholeModel() throws Exception {
        int chats = 8;
        CyclicBarrier allImport = new CyclicBarrier(chats);
        Callable<Path> chat = () -> cache((from, target, options, progress) -> {
            try {
                allImport.await();
                fakeImport(from, target);
                allImport.await();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
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
    void whatAKilledProgramLeftIsRemovedAfterADay() throws IOException {
        Instant now = Instant.parse("2026-11-24T12:00:00Z");
        Path old = leftover("importing-old", now.minus(Duration.ofHours(25)));
        Path young = leftover("importing-young", now.minus(Duration.ofHours(23)));
        Path other = leftover("other", now.minus(Duration.ofDays(9)));
        ModelCache models = new ModelCache(cache, (from, target, options, progress) -> fakeImport(from, target),
                model -> false, InstantSource.fixed(now));
        Path target = models.directory(file, screen.output);
        assertThat(entries()).containsExactlyInAnyOrder(young, other, target).doesNotContain(old);
    }

    private Path leftover(String name, Instant modified) throws IOException {
        Path left = Files.createDirectories(cache.resolve(name));
        Files.writeString(left.resolve("part"), "x");
        Files.setLastModifiedTime(left, FileTime.from(modified));
        return left;
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(cache)) {
            return entries.toList();
        }
    }
}
