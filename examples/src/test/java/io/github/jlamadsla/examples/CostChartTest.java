package io.github.jlamadsla.examples;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CostChartTest {
    @TempDir
    Path folder;

    @Test
    void writesBothPanelsAsOnePngAndMakesItsFolder() throws IOException {
        Path file = folder.resolve("new/chart.png");
        CostChart.write(CostTableTest.someOutcomes(), file);

        assertThat(Files.readAllBytes(file)).startsWith(0x89, 'P', 'N', 'G');
        BufferedImage image = ImageIO.read(file.toFile());
        assertThat(image.getWidth()).isEqualTo(2 * CostChart.PANEL_WIDTH);
        assertThat(image.getHeight()).isEqualTo(CostChart.PANEL_HEIGHT);
        // A line and its legend per level: colours beyond grey in both halves.
        assertThat(colours(image, 0)).hasSizeGreaterThan(2);
        assertThat(colours(image, CostChart.PANEL_WIDTH)).hasSizeGreaterThan(2);
    }

    private static Set<Integer> colours(BufferedImage image, int left) {
        Set<Integer> colours = new HashSet<>();
        for (int x = left; x < left + CostChart.PANEL_WIDTH; x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                int rgb = image.getRGB(x, y);
                if ((rgb >> 16 & 255) != (rgb >> 8 & 255) || (rgb >> 8 & 255) != (rgb & 255)) {
                    colours.add(rgb);
                }
            }
        }
        return colours;
    }

    @Test
    void goesIntoTheBuildFolderOfTheClassesUnlessThereIsNone() {
        assertThat(CostChart.defaultFile(folder.resolve("target/classes")))
                .isEqualTo(folder.resolve("target/ask-the-story.png"));
        assertThat(CostChart.defaultFile(folder.resolve("lib/examples.jar"))).isEqualTo(Path.of("ask-the-story.png"));
    }

    @Test
    void findsOutBeforehandThatAFileCannotBeWritten() throws IOException {
        assertThatThrownBy(() -> CostChart.check(folder)).isInstanceOf(UsageException.class)
                .hasMessage("--chart is " + folder + ", a directory; allowed: a file");
        Path below = Files.createFile(folder.resolve("file")).resolve("below/chart.png");
        assertThatThrownBy(() -> CostChart.check(below)).isInstanceOf(UsageException.class)
                .hasMessage("--chart is " + below + ", which may not be written; allowed: a writable file");
        CostChart.check(folder.resolve("a/b/chart.png"));
        CostChart.check(folder.resolve("file"));
        assertThatThrownBy(() -> CostChart.write(CostTableTest.someOutcomes(), below))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("the chart cannot be written")
                .hasMessageContaining(folder.resolve("file").toString());
    }
}
