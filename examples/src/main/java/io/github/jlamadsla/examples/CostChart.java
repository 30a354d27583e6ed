package io.github.jlamadsla.examples;

import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;

import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;

/** Time to first token and memory against the length of the text, a line per level, side by side in one picture. */
final class CostChart {
    static final int PANEL_WIDTH = 640;
    static final int PANEL_HEIGHT = 480;
    private static final String FILE_NAME = "ask-the-story.png";

    private CostChart() {}

    /**
     * Where the chart goes unless the user says: the build folder beside the classes, so that no checkout gets dirty,
     * or the working directory.
     */
    static Path defaultFile(Path classes) {
        Path build = classes.getParent();
        boolean built = build != null && build.endsWith("target");
        return built ? build.resolve(FILE_NAME) : Path.of(FILE_NAME);
    }

    /**
     * Finds out before the work whether a file can be written.
     *
     * @throws UsageException if not
     */
    static void check(Path file) {
        if (Files.isDirectory(file)) {
            throw new UsageException("--chart is " + file + ", a directory; allowed: a file");
        }
        Path folder = file.toAbsolutePath().getParent();
        while (!Files.exists(folder)) {
            folder = folder.getParent();
        }
        if (!Files.isDirectory(folder) || !Files.isWritable(Files.exists(file) ? file : folder)) {
            throw new UsageException("--chart is " + file + ", which may not be written; allowed: a writable file");
        }
    }

    /**
     * Writes a PNG of two panels.
     *
     * @param file made with its folders, or replaced
     * @throws UncheckedIOException if it cannot be written; the message names it
     */
    static void write(Outcomes outcomes, Path file) {
        XYChart time = panel("Time to first token", "seconds", outcomes, Answer::secondsToFirstToken);
        XYChart memory = panel("Memory of the request", "MB", outcomes, Answer::megabytes);
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (OutputStream out = Files.newOutputStream(file)) {
                BitmapEncoder.saveBitmap(List.of(time, memory), 1, 2, out, BitmapFormat.PNG);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the chart cannot be written: " + e, e);
        }
    }

    private static XYChart panel(String title, String unit, Outcomes outcomes, ToDoubleFunction<Answer> figure) {
        XYChart chart = new XYChartBuilder().width(PANEL_WIDTH)
                .height(PANEL_HEIGHT)
                .title(title)
                .xAxisTitle("tokens of text")
                .yAxisTitle(unit)
                .build();
        XYStyler styler = chart.getStyler();
        styler.setLegendPosition(LegendPosition.InsideNW).setChartBackgroundColor(Color.WHITE);
        styler.setXAxisDecimalPattern("#,##0").setXAxisMin(0.0).setYAxisMin(0.0);
        for (int level : outcomes.levels()) {
            List<Outcome> points = outcomes.at(level);
            chart.addSeries("level " + level, points.stream().mapToDouble(Outcome::textTokens).toArray(),
                    points.stream().map(Outcome::answer).mapToDouble(figure).toArray());
        }
        return chart;
    }
}
