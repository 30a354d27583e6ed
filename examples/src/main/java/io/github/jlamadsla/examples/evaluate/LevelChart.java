package io.github.jlamadsla.examples.evaluate;

import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

import io.github.jlamadsla.quality.Estimate;
import io.github.jlamadsla.quality.FactFigures;
import io.github.jlamadsla.quality.PromptFigures;
import io.github.jlamadsla.quality.Share;
import io.github.jlamadsla.quality.TextFigures;
import io.github.jlamadsla.quality.TextMeasurement;

/** Figures against the level, a panel for each thing measured, side by side in one picture. */
final class LevelChart {
    static final int PANEL_WIDTH = 560;
    static final int PANEL_HEIGHT = 420;

    private LevelChart() {}

    /**
     * Writes a PNG.
     *
     * @return whether there was anything to draw
     */
    static boolean write(Path file, Results results) {
        List<XYChart> panels = panels(results);
        if (panels.isEmpty()) {
            return false;
        }
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            BitmapEncoder.saveBitmap(panels, 1, panels.size(), out, BitmapFormat.PNG);
            OutputFiles.write(file, out.toByteArray());
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e, e);
        }
    }

    private static List<XYChart> panels(Results results) {
        List<XYChart> panels = new ArrayList<>();
        if (!results.texts().isEmpty()) {
            XYChart nats = panel("Text", "nats per token above level 0");
            XYChart divergence = panel("Text", "KL to level 0, nats per token");
            for (TextMeasurement text : results.texts()) {
                addText(nats, text, TextFigures::above);
                addText(divergence, text, TextFigures::divergence);
            }
            panels.addAll(List.of(nats, divergence));
        }
        if (!results.facts().isEmpty()) {
            XYChart facts = panel("Hidden facts, generated", "share right");
            for (FactFigures set : results.facts()) {
                addShares(facts, set.set(), set.levels().stream().map(FactFigures.OfLevel::level).toList(),
                        set.levels().stream().map(FactFigures.OfLevel::generated).toList());
            }
            panels.add(facts);
        }
        if (!results.prompts().isEmpty()) {
            XYChart prompts = panel("Prompts", "share of answers");
            List<Integer> levels = results.prompts().stream().map(PromptFigures::level).toList();
            if (results.prompts().getFirst().equal().of() > 0) {
                addShares(prompts, "equal to level 0", levels,
                        results.prompts().stream().map(PromptFigures::equal).toList());
            }
            addShares(prompts, "loops", levels, results.prompts().stream().map(PromptFigures::loops).toList());
            panels.add(prompts);
        }
        return panels.stream().filter(panel -> !panel.getSeriesMap().isEmpty()).toList();
    }

    private static XYChart panel(String title, String unit) {
        XYChart chart = new XYChartBuilder().width(PANEL_WIDTH).height(PANEL_HEIGHT).title(title)
                .xAxisTitle("level: layers served as DSLA").yAxisTitle(unit).build();
        chart.getStyler().setLegendPosition(LegendPosition.InsideNW).setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setXAxisDecimalPattern("0");
        return chart;
    }

    /** Nothing where level 0 was not measured. */
    private static void addText(XYChart chart, TextMeasurement text, Function<TextFigures, Estimate> figure) {
        List<Estimate> estimates = text.levels().stream().map(figure).toList();
        if (estimates.stream().noneMatch(estimate -> Double.isNaN(estimate.mean()))) {
            chart.addSeries("blocks of " + text.context(),
                    text.levels().stream().mapToDouble(TextFigures::level).toArray(),
                    estimates.stream().mapToDouble(Estimate::mean).toArray());
        }
    }

    /** With error bars of the wider half of the interval: XChart draws both halves alike. */
    private static void addShares(XYChart chart, String name, List<Integer> levels, List<Share> shares) {
        chart.addSeries(name, levels.stream().mapToDouble(Integer::doubleValue).toArray(),
                shares.stream().mapToDouble(Share::value).toArray(),
                IntStream.range(0, shares.size())
                        .mapToDouble(i -> Math.max(shares.get(i).high() - shares.get(i).value(),
                                shares.get(i).value() - shares.get(i).low()))
                        .toArray());
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.05);
    }
}
