package io.github.jlamadsla.examples.chat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.examples.DemoModel;

import static org.assertj.core.api.Assertions.assertThat;

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
