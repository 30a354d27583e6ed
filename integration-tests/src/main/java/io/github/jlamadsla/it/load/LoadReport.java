package io.github.jlamadsla.it.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import io.github.jlamadsla.it.Ceilings;
import io.github.jlamadsla.it.Figure;
import io.github.jlamadsla.it.Measured;
import io.github.jlamadsla.it.RunContext;
import io.github.jlamadsla.it.Target;
import io.github.jlamadsla.it.e2e.ModelShape;

/**
 * What the load benchmark measured, as figures and for people.
 *
 * @param in tokens of each prompt
 * @param out tokens of each answer
 * @param longPrompt tokens of the prompt that came in between
 */
record LoadReport(RunContext run, ModelShape shape, int in, int out, int longPrompt, List<LoadRound> rounds) {
    private static final double THROUGHPUT_TARGET = 3;
    private static final double RISE_TARGET = 1;
    private static final String CHUNKS = "chunks";

    /** Held to targets on the shape that DESIGN section 6 names. */
    List<Figure> figures() {
        Map<String, Double> rates = new LinkedHashMap<>();
        rates.put("one after another tokens/s", rate(LoadRound::oneByOne).median());
        rates.put("together tokens/s", rate(LoadRound::together).median());
        Map<String, Double> times = new LinkedHashMap<>();
        times.put("calm gap ms", median(r -> r.calm().median()));
        times.put("calm largest gap ms", median(r -> r.calm().largest()));
        times.put("disturbed gap ms", median(r -> r.disturbed().median()));
        times.put("disturbed largest gap ms", median(r -> r.disturbed().largest()));
        times.put("chunk ms", median(r -> r.chunk().median()));
        times.put("largest chunk ms", median(r -> r.chunk().largest()));
        String model = shape.name() + " model, BF16 weights, level 0, ";
        String arrival = model + "a prompt of " + longPrompt + " tokens arrives among 8 streams: ";
        return List.of(
                figure(model + "8 requests of " + in + " tokens in and " + out
                        + " out: tokens per second at once against one after another",
                        Target.atLeast(THROUGHPUT_TARGET), speedUp(), rates),
                figure(arrival + "rise of their median time per token in median chunks", Target.atMost(RISE_TARGET),
                        measured(LoadRound::medianRise, CHUNKS), times),
                figure(arrival + "rise of their longest time per token in longest chunks", Target.atMost(RISE_TARGET),
                        measured(LoadRound::largestRise, CHUNKS), times));
    }

    private Figure figure(String claim, Target target, Measured measured, Map<String, Double> details) {
        return shape.equals(ModelShape.SHAPE_150M)
                ? run.figure(claim, target, measured, details, "")
                : run.figure(claim, measured, details, "");
    }

    private Measured speedUp() {
        return Measured.ratio(values(LoadRound::oneByOne), values(LoadRound::together));
    }

    private Measured rate(ToDoubleFunction<LoadRound> seconds) {
        return measured(r -> r.tokens() / seconds.applyAsDouble(r), "tokens/s");
    }

    private Measured measured(ToDoubleFunction<LoadRound> number, String unit) {
        return Measured.of(values(number), unit);
    }

    private double median(ToDoubleFunction<LoadRound> number) {
        return measured(number, "ms").median();
    }

    private double[] values(ToDoubleFunction<LoadRound> number) {
        return rounds.stream().mapToDouble(number).toArray();
    }

    String markdown() {
        Ceilings ceilings = run.ceilings();
        List<String> lines = new ArrayList<>();
        lines.add("# Eight requests at once, and a long prompt among them");
        lines.add("");
        lines.add("Taken by `" + run.command() + "` on " + run.date() + "; commit " + run.commit() + ".");
        lines.add("Machine: " + run.cpu() + "; JDK " + run.jdk() + ".");
        lines.add(String.format(Locale.ROOT,
                "Ceilings in the same run, %d threads: %.0f GFLOP/s of F32 multiply-adds, %.1f GB/s read.",
                ceilings.threads(), ceilings.multiplyAddGflops(), ceilings.readGigabytesPerSecond()));
        lines.add("");
        lines.add(shape.name() + " model, BF16 weights, level 0; 8 streams, " + in + " tokens in, " + out
                + " out; long prompt of " + longPrompt + " tokens. Medians of " + rounds.size()
                + " rounds, in brackets the largest less the smallest. Every answer was the one given alone.");
        lines.add("");
        lines.add("| | |");
        lines.add("|---|---|");
        row(lines, "one after another, tokens/s", rate(LoadRound::oneByOne));
        row(lines, "at once, tokens/s", rate(LoadRound::together));
        row(lines, "**at once / one after another**, x (target: at least 3)", speedUp());
        row(lines, "time per token of a stream, median, ms", measured(r -> r.calm().median(), "ms"));
        row(lines, "the longest, ms", measured(r -> r.calm().largest(), "ms"));
        row(lines, "the same while the long prompt is read, median, ms", measured(r -> r.disturbed().median(), "ms"));
        row(lines, "the longest, ms", measured(r -> r.disturbed().largest(), "ms"));
        row(lines, "a chunk of the long prompt alone, median, ms", measured(r -> r.chunk().median(), "ms"));
        row(lines, "the longest, ms", measured(r -> r.chunk().largest(), "ms"));
        row(lines, "**rise of the median / median chunk** (target: at most 1)",
                measured(LoadRound::medianRise, CHUNKS));
        row(lines, "**rise of the longest / longest chunk** (target: at most 1)",
                measured(LoadRound::largestRise, CHUNKS));
        return String.join("\n", lines) + "\n";
    }

    private static void row(List<String> lines, String what, Measured measured) {
        lines.add(String.format(Locale.ROOT, "| %s | %.2f (%.2f) |", what, measured.median(), measured.spread()));
    }
}
