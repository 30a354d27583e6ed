package io.github.jlamadsla.it.serve;

import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

import io.github.jlamadsla.engine.LevelChange;

/** A picture of a trace: level, queue and latency over time, a line for each of our servers in its first round. */
final class TimeLine {
    static final int WIDTH = 1_200;
    static final int PANEL_HEIGHT = 340;

    private TimeLine() {}

    /**
     * Writes a PNG.
     *
     * @param file made with its folders, or replaced
     * @throws UncheckedIOException if it cannot be written
     */
    static void write(TraceRuns runs, Path file) {
        XYChart level = panel("Level that requests run at, of " + runs.trace().header().loadName() + " load",
                "DSLA layers, mean of those that run", XYSeriesRenderStyle.Step);
        XYChart queue = panel("Requests without their first token", "requests", XYSeriesRenderStyle.Step);
        XYChart latency = panel("Time to first token, by arrival", "seconds", XYSeriesRenderStyle.Line);
        for (ServeRun run : runs.runs()) {
            if (run.round() == 1 && run.contender() != ServeContender.JLAMA && !run.log().samples().isEmpty()
                    && run.trace().requests().size() == runs.trace().requests().size()) {
                add(level, run, levels(run));
                add(queue, run, run.log().samples().stream().map(s -> new Point(s.time(), s.waiting())).toList());
                add(latency, run, firstTokens(run));
            }
        }
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (OutputStream out = Files.newOutputStream(file)) {
                BitmapEncoder.saveBitmap(List.of(level, queue, latency), 3, 1, out, BitmapFormat.PNG);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be written: " + e, e);
        }
    }

    private record Point(double time, double value) {}

    private static XYChart panel(String title, String unit, XYSeriesRenderStyle style) {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(PANEL_HEIGHT).title(title)
                .xAxisTitle("seconds").yAxisTitle(unit).build();
        chart.getStyler().setDefaultSeriesRenderStyle(style);
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE).setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setXAxisMin(0.0).setYAxisMin(0.0).setXAxisDecimalPattern("#,##0");
        return chart;
    }

    private static void add(XYChart chart, ServeRun run, List<Point> points) {
        if (points.isEmpty()) {
            return;
        }
        XYSeries series = chart.addSeries(run.contender().title(), points.stream().mapToDouble(Point::time).toArray(),
                points.stream().mapToDouble(Point::value).toArray());
        series.setMarker(SeriesMarkers.NONE).setLineWidth(1.5f);
    }

    /** At each sample the mean over requests that have a token by then and have not ended. */
    private static List<Point> levels(ServeRun run) {
        List<Point> points = new ArrayList<>();
        for (LoadSample sample : run.log().samples()) {
            run.log().outcomes().stream()
                    .filter(o -> !o.levels().isEmpty() && o.firstToken() <= sample.time()
                            && sample.time() <= o.lastToken())
                    .mapToInt(o -> levelAt(o, sample.time())).average()
                    .ifPresent(level -> points.add(new Point(sample.time(), level)));
        }
        return points;
    }

    /** While it decodes, tokens are taken for evenly spaced. */
    private static int levelAt(Outcome outcome, double time) {
        double span = outcome.lastToken() - outcome.firstToken();
        double done = span == 0 ? 1 : (time - outcome.firstToken()) / span;
        double position = outcome.promptTokens() + done * outcome.answer().size();
        return outcome.levels().stream().filter(change -> change.position() <= position).map(LevelChange::level)
                .reduce((_, last) -> last).orElse(0);
    }

    private static List<Point> firstTokens(ServeRun run) {
        return run.log().outcomes().stream().filter(o -> o.answered() && run.trace().requests().get(o.id()).timed())
                .map(o -> {
                    double arrival = run.trace().requests().get(o.id()).arrival();
                    return new Point(arrival, o.firstToken() - arrival);
                }).sorted(Comparator.comparingDouble(Point::time)).toList();
    }
}
