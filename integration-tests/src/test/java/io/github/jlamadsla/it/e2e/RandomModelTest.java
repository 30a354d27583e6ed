package io.github.jlamadsla.it.e2e;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.checkpoint.DslaForm;
import io.github.jlamadsla.checkpoint.HybridCheckpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RandomModelTest {
    @TempDir
    Path directory;

    @Test
    void sameShapeAndSeedGiveTheSameBytes() throws IOException {
        Path one = RandomModel.make(directory.resolve("one"), ModelShape.TINY, 7);
        Path other = RandomModel.make(directory.resolve("other"), ModelShape.TINY, 7);
        Path another = RandomModel.make(directory.resolve("one"), ModelShape.TINY, 8);

        assertThat(contents(one)).hasSize(6).isEqualTo(contents(other)).isNotEqualTo(contents(another));
    }

    @Test
    void aModelThatIsThereIsUsedAgain() throws IOException {
        Path made = RandomModel.make(directory, ModelShape.TINY, 7);
        Files.writeString(made.resolve("mark"), "");

        assertThat(RandomModel.make(directory, ModelShape.TINY, 7)).isEqualTo(made);
        assertThat(made.resolve("mark")).exists();
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactly(made);
        }
    }

    @Test
    void itIsAHybridOfAllLevels() {
        Path made = RandomModel.make(directory, ModelShape.TINY, 7);
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(made, "dsla", true)) {
            assertThat(checkpoint.dsla().form()).isEqualTo(DslaForm.FOLDING);
            assertThat(checkpoint.dsla().order().layers()).containsExactlyInAnyOrder(0, 1);
            assertThat(checkpoint.config().tiedEmbeddings()).isTrue();
            assertThat(halfLives(checkpoint.dslaVector(0, "gk_proj.bias"))).allMatch(h -> h > 299 && h < 4_001);
            assertThat(halfLives(checkpoint.dslaVector(0, "gk_proj2.bias"))).allMatch(h -> h > 9.9 && h < 100.1);
        }
    }

    @Test
    void theBenchmarksShapeHas145MillionParametersInItsLayers() {
        assertThat(ModelShape.SHAPE_150M.layerParameters()).isEqualTo(144_703_488L);
        assertThatThrownBy(() -> new ModelShape("odd", 1, 64, 3, 2, 32, 64, 512, 64))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("kvHeads divides heads");
    }

    /** Tokens in which a state halves, of a gate that is its bias alone. */
    private static List<Double> halfLives(float[] bias) {
        return IntStream.range(0, bias.length).mapToObj(i -> 16 * Math.log(2) / Math.log1p(Math.exp(-bias[i])))
                .toList();
    }

    private static Map<String, ByteBuffer> contents(Path root) throws IOException {
        Map<String, ByteBuffer> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root).filter(Files::isRegularFile)) {
            for (Path file : files.toList()) {
                contents.put(root.relativize(file).toString(), ByteBuffer.wrap(Files.readAllBytes(file)));
            }
        }
        return contents;
    }
}
