package io.github.jlamadsla.examples.chat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.examples.DemoModel;
import io.github.jlamadsla.gguf.DslaPlacement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The demo model without its layers stands for an imported one. */
class DslaLayersTest {
    @TempDir
    Path folder;
    private Path base;

    @BeforeEach
    void base() throws IOException {
        base = Files.createDirectory(folder.resolve("base"));
        try (Stream<Path> files = Files.list(DemoModel.find())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, base.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void layersOfThatVeryModelArePlaced() {
        Path layers = DemoModel.find().resolve("dsla");
        assertThat(DslaLayers.isFolder(layers)).isTrue();
        assertThat(DslaLayers.place(base, layers)).isTrue();
        assertThat(DslaLayers.place(base, layers)).isFalse();
        try (HybridCheckpoint placed = HybridCheckpoint.open(base, "dsla", true)) {
            assertThat(placed.dsla().order().top()).isEqualTo(6);
        }
    }

    @Test
    void layersThatAnotherProgramPlacedMeanwhileAreTaken() {
        Path layers = DemoModel.find().resolve("dsla");
        assertThat(DslaLayers.place(base, layers, (model, folder) -> {
            DslaPlacement.place(model, folder); // the other program's
            DslaPlacement.place(model, folder);
        })).isFalse();
        HybridCheckpoint.open(base, "dsla", true).close();
    }

    @Test
    void whatCannotBeWrittenIsSaid() {
        UncheckedIOException full = new UncheckedIOException(new IOException("no space left"));
        assertThatThrownBy(() -> DslaLayers.place(base, DemoModel.find().resolve("dsla"), (_, _) -> {
            throw full;
        })).isSameAs(full);
    }

    @Test
    void layersOfAnotherModelAreNot() throws IOException {
        Path layers = DemoModel.find().resolveSibling("smollm2-dsla");
        assertThat(DslaLayers.isFolder(layers)).isTrue();
        assertThat(DslaLayers.place(base, layers)).isFalse();
        assertThat(base.resolve("dsla")).doesNotExist();
    }

    @Test
    void otherFoldersAreNone() {
        assertThat(DslaLayers.isFolder(folder)).isFalse();
        assertThat(DslaLayers.isFolder(folder.resolve("none"))).isFalse();
    }
}
