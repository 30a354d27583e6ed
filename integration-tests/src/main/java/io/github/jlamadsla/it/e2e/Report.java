package io.github.jlamadsla.it.e2e;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

import io.github.jlamadsla.it.Ceilings;
import io.github.jlamadsla.it.Measured;
import io.github.jlamadsla.it.RunContext;

/** Results for people, as Markdown. */
final class Report {
    private final StringBuilder text = new StringBuilder();

    private Report() {}

    /** All models of a run. */
    static String markdown(RunContext run, List<Results> all) {
        Report report = new Report();
        report.head(run);
        all.forEach(report::model);
        return report.text.toString();
    }

    private void head(RunContext run) {
        Ceilings ceilings = run.ceilings();
        line("# End to end: Jlama 0.8.4 and jlama-dsla");
        line("");
        line("Taken by `%s` on %s; commit %s.", run.command(), run.date(), run.commit());
        line("Machine: %s; JDK %s.", run.cpu(), run.jdk());
        line("Ceilings in the same run, %d threads: %.0f GFLOP/s of F32 multiply-adds, %.1f GB/s read.",
                ceilings.threads(), ceilings.multiplyAddGflops(), ceilings.readGigabytesPerSecond());
        line("");
        line("Each cell is the median, in brackets the largest less the smallest and the number of repeats. "
                + "Ratios are of medians, above 1 where the one named first is faster or smaller.");
    }

    private void model(Results results) {
        Contender half = results.half();
        line("");
        line("## %s model, BF16 weights", results.model().name());
        line("");
        line("| | tokens | %s | level 0 | level %d (50 %%) | level 0 / Jlama | level %d / level 0 |",
                EngineKind.JLAMA.title(), half.level(), half.level());
        line("|---|---|---|---|---|---|---|");
        for (int context : results.contexts()) {
            row(results, context, "prefill, tokens/s", Sample::prefillTokensPerSecond, false);
        }
        for (int context : results.contexts()) {
            row(results, context, "decode, ms/token", Sample::decodeMilliseconds, true);
        }
        for (int context : results.contexts()) {
            row(results, context, "KV and states, MB", sample -> sample.bytes() / 1e6, true);
        }
        line("");
        for (int context : results.contexts()) {
            if (has(results, Contender.LEVEL_0, context) && has(results, half, context)) {
                line("- Decode at %d: %.2f x is the bound of level %d against level 0, computed from the bytes each reads.",
                        context, Claims.decodeBound(results, context), half.level());
            }
        }
        for (Contender contender : List.of(Contender.JLAMA, Contender.LEVEL_0, half)) {
            if (!results.failure(contender).isEmpty()) {
                line("- **%s failed**: %s", contender.title(), results.failure(contender));
            }
        }
    }

    private void row(Results results, int context, String what, ToDoubleFunction<Sample> number, boolean lessIsBetter) {
        Contender half = results.half();
        line("| %s | %d | %s | %s | %s | %s | %s |", what, context, cell(results, Contender.JLAMA, context, number),
                cell(results, Contender.LEVEL_0, context, number), cell(results, half, context, number),
                ratio(results, Contender.JLAMA, Contender.LEVEL_0, context, number, lessIsBetter),
                ratio(results, Contender.LEVEL_0, half, context, number, lessIsBetter));
    }

    private static String cell(Results results, Contender contender, int context, ToDoubleFunction<Sample> number) {
        if (!has(results, contender, context)) {
            return results.failure(contender).isEmpty() ? "-" : "failed";
        }
        Measured measured = Measured.of(results.values(contender, context, number), "-");
        return String.format(Locale.ROOT, "%s (%s, %d)", rounded(measured.median()), rounded(measured.spread()),
                measured.repeats());
    }

    private static String ratio(Results results, Contender base, Contender contender, int context,
            ToDoubleFunction<Sample> number, boolean lessIsBetter) {
        if (!has(results, base, context) || !has(results, contender, context)) {
            return "-";
        }
        double[] theirs = results.values(base, context, number);
        double[] ours = results.values(contender, context, number);
        return rounded((lessIsBetter ? Measured.ratio(theirs, ours) : Measured.ratio(ours, theirs)).median());
    }

    private static boolean has(Results results, Contender contender, int context) {
        return results.values(contender, context, Sample::context).length > 0;
    }

    private static String rounded(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }

    private void line(String format, Object... values) {
        text.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values)).append('\n');
    }
}
