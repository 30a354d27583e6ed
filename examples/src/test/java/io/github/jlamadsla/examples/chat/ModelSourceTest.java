package io.github.jlamadsla.examples.chat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.examples.UsageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ModelSourceTest {
    @TempDir
    Path folder;
    private Path model;
    private Path demo;

    @BeforeEach
    void models() throws IOException {
        model = Files.createDirectory(folder.resolve("model"));
        Files.writeString(model.resolve("config.json"), "{}");
        demo = Files.createDirectory(folder.resolve("demo"));
        Files.writeString(demo.resolve("config.json"), "{}");
    }

    @Test
    void whatTheUserNamesIsTaken() throws IOException {
        assertThat(choose(model, demo.toString())).isEqualTo(new ModelSource.Directory(model, "Model: " + model));
        Path gguf = Files.writeString(folder.resolve("some.bin"), "GGUF and more");
        assertThat(choose(gguf, demo.toString())).isEqualTo(new ModelSource.Gguf(gguf));
    }

    @Test
    void whatIsNoModelIsNamed() throws IOException {
        assertRefused(folder.resolve("none"), "missing");
        assertRefused(folder, "a directory without a config.json");
        assertRefused(Files.createSymbolicLink(folder.resolve("link"), folder.resolve("none")),
                "a link that leads nowhere");
        Path text = Files.writeString(folder.resolve("model.gguf"), "GGU");
        assertThatThrownBy(() -> choose(text, null)).isInstanceOf(UsageException.class)
                .hasMessage(text + " is no GGUF file; allowed: a model directory or a GGUF file");
    }

    @Test
    void withoutAnArgumentItIsSmolLm2WhereItIsThere() {
        assertThat(choose(null, model.toString()))
                .isEqualTo(new ModelSource.Directory(model, "Model: SmolLM2-135M-Instruct in " + model));
        assertThat(ModelSource.choose(null, null, () -> Optional.of(model), () -> demo))
                .isEqualTo(new ModelSource.Directory(model, "Model: SmolLM2-135M-Instruct in " + model));
    }

    @Test
    void elseTheDemoModelAndWhatItCan() {
        assertThat(choose(null, folder.resolve("none").toString())).isInstanceOfSatisfying(
                ModelSource.Directory.class, directory -> {
                    assertThat(directory.path()).isEqualTo(demo);
                    assertThat(directory.introduction()).startsWith("Model: the demo model in " + demo + ". ")
                            .contains("only answers questions about facts in a text").doesNotContain("\n");
                });
        assertThat(ModelSource.choose(null, " ", Optional::empty, () -> demo))
                .isInstanceOfSatisfying(ModelSource.Directory.class,
                        directory -> assertThat(directory.path()).isEqualTo(demo));
    }

    private ModelSource choose(Path argument, String property) {
        return ModelSource.choose(argument, property, () -> {
            throw new AssertionError("the property says where");
        }, () -> demo);
    }

    private void assertRefused(Path path, String what) {
        assertThatThrownBy(() -> choose(path, null)).isInstanceOf(UsageException.class)
                .hasMessage(path + " is " + what + "; allowed: a model directory or a GGUF file");
    }
}
