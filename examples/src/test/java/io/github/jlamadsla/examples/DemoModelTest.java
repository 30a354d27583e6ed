package io.github.jlamadsla.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DemoModelTest {
    @TempDir
    Path folder;
    private Path model;

    @BeforeEach
    void checkout() throws IOException {
        model = Files.createDirectories(folder.resolve("checkout/examples/demo-model"));
        Files.writeString(model.resolve("config.json"), "{}");
    }

    @Test
    void thePropertyWins() throws IOException {
        Path own = Files.createDirectories(folder.resolve("own"));
        Files.writeString(own.resolve("config.json"), "{}");
        assertThat(DemoModel.find(own.toString(), model, model)).isEqualTo(own);
    }

    @Test
    void aWrongPropertyIsNamed() {
        String none = folder.resolve("none").toString();
        assertThatThrownBy(() -> DemoModel.find(none, model, model)).isInstanceOf(UsageException.class)
                .hasMessage("jlamadsla.demo.model is " + none + "; allowed: a directory with a config.json");
    }

    @Test
    void elseTheCheckoutOfTheClassesThenOfTheWorkingDirectory() {
        assertThat(DemoModel.find(null, folder.resolve("checkout/examples/target/classes"), folder)).isEqualTo(model);
        assertThat(DemoModel.find("", folder.resolve("lib/some.jar"), folder.resolve("checkout/docs")))
                .isEqualTo(model);
    }

    @Test
    void nowhereIsAnErrorThatNamesTheProperty() {
        assertThatThrownBy(() -> DemoModel.find(null, folder.resolve("lib/some.jar"), folder))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("no demo model found")
                .hasMessageContaining(folder.resolve("lib/some.jar").toString())
                .hasMessageContaining("-Djlamadsla.demo.model=DIR");
    }

    @Test
    void thisBuildHasOne() {
        assertThat(DemoModel.find().resolve("config.json")).isRegularFile();
        assertThat(DemoModel.story()).startsWith("# The Lighthouse at Marrow Point");
    }
}
