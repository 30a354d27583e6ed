package io.github.jlamadsla.it.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.github.jlamadsla.it.Ceilings;
import io.github.jlamadsla.it.Figure;
import io.github.jlamadsla.it.RunContext;
import io.github.jlamadsla.it.Target.Bound;
import io.github.jlamadsla.quality.Share;

/** The runs for people. */
final class ServeReport {
    private final RunContext run;
    private final List<TraceRuns> traces;
    private final List<String> lines = new ArrayList<>();

    ServeReport(RunContext run, List<TraceRuns> traces) {
        this.run = run;
        this.traces = List.copyOf(traces);
    }

    /** Name of a trace's picture. */
    static String picture(Trace trace) {
        return name(trace) + ".png";
    }

    /** Name of a trace's file. */
    static String file(Trace trace) {
        return name(trace) + ".jsonl";
    }

    private static String name(Trace trace) {
        return "serve-" + trace.header().model() + "-" + Math.round(100 * trace.header().load());
    }

    String markdown() {
        Ceilings ceilings = run.ceilings();
        lines.clear();
        lines.add("# Servers under load");
        lines.add("");
        lines.add("Taken by `" + run.command() + "` on " + run.date() + "; commit " + run.commit() + ".");
        lines.add("Machine: " + run.cpu() + "; JDK " + run.jdk() + ".");
        add("Ceilings in the same run, %d threads: %.0f GFLOP/s of F32 multiply-adds, %.1f GB/s read.",
                ceilings.threads(), ceilings.multiplyAddGflops(), ceilings.readGigabytesPerSecond());
        lines.add("");
        lines.add(
                "Requests come when the trace says, however many wait; times count from then on. Times are of requests"
                        + " that were answered, that nobody cancelled and whose consumer kept up. What every column means is in"
                        + " [docs/benchmarks.md](../docs/benchmarks.md#serve).");
        traces.forEach(this::trace);
        return String.join("\n", lines) + "\n";
    }

    private void trace(TraceRuns runs) {
        TraceHeader header = runs.trace().header();
        lines.add("");
        add("## %s model at %s", header.model(), header.loadName());
        lines.add("");
        add("%d requests ([`%s`](%s)), seed %d, at %.3f per second: %s of the %.3f that level 0 ends when they are all"
                + " there at once. Budget %d MB. Objective: first token within %.0fx, time per token within %.0fx of what"
                + " the request would take alone at level 0.", runs.trace().requests().size(), file(runs.trace()),
                file(runs.trace()), header.seed(), header.load() * header.capacity(), header.loadName(),
                header.capacity(), header.memoryLimit() >> 20, header.objective().firstTokenFactor(),
                header.objective().perTokenFactor());
        lines.add("");
        lines.add("| alone at level 0, prompt tokens | first token, s | per token, ms |");
        lines.add("|---|---|---|");
        header.objective().unloaded().points()
                .forEach(p -> add("| %d | %.3f | %.2f |", p.promptTokens(), p.firstToken(), 1e3 * p.perToken()));
        latencies(runs);
        work(runs);
        runs.runs().stream().filter(each -> !each.log().ending().isEmpty())
                .forEach(each -> add("%n%s: the process %s.", row(runs, each), each.log().ending()));
        verdicts(runs);
        moves(runs);
        lines.add("");
        add("![level, queue and latency over time](%s)", picture(runs.trace()));
    }

    private void latencies(TraceRuns runs) {
        lines.add("");
        lines.add("| | first token, s: p50 | p95 | p99 | per token, ms: p50 | p95 | p99 | latency per token, ms |"
                + " within the objective | answered | cancelled | refused | failed |");
        lines.add("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        for (ServeRun each : runs.runs()) {
            RunScores s = each.scores();
            add("| %s | %s | %s | %s | %s | %d | %d | %d | %d |", row(runs, each),
                    cells(s.firstToken(), 1), cells(s.perToken(), 1e3), number(1e3 * s.latencyPerToken()),
                    percent(s.within()), s.counts().answered(), s.counts().cancelled(), s.counts().refused(),
                    s.counts().failed());
        }
    }

    private void work(TraceRuns runs) {
        lines.add("");
        lines.add("| | tokens/s | service time per output token, ms | in work per token, ms | moves | raised layers |"
                + " mean level | prediction error | peak, MB | right answers | loss, nats | KL to level 0 |");
        lines.add("|---|---|---|---|---|---|---|---|---|---|---|---|");
        for (ServeRun each : runs.runs()) {
            RunScores s = each.scores();
            RunLog.Totals totals = each.log().totals();
            add("| %s | %s | %s | %s | %d | %d | %s | %s | %s | %s | %s | %s |", row(runs, each),
                    number(s.service().tokensPerSecond()), number(1e3 * s.service().busyPerToken()),
                    number(1e3 * s.service().residencePerToken()), s.levels().moves(), s.levels().raisedLayers(),
                    number(s.levels().mean()),
                    totals.predictionError() < 0 ? "-" : percent(totals.predictionError()),
                    each.contender() == ServeContender.JLAMA ? "-" : number(s.service().peakBytes() / 1e6),
                    percent(s.right()), s.levels().nats() >= 0 ? fixed(s.levels().nats()) : "-",
                    totals.divergence() < 0 ? "-" : fixed(totals.divergence()) + " of " + totals.diverged());
        }
    }

    private void verdicts(TraceRuns runs) {
        List<Figure> held = new ServeFigures(run, runs).all().stream().filter(f -> f.target() != null).toList();
        if (held.isEmpty()) {
            return;
        }
        lines.add("");
        lines.add("| claim | measured | target | holds |");
        lines.add("|---|---|---|---|");
        held.forEach(f -> add("| %s | %s %s%s | %s %s | %s |", f.claim().substring(f.claim().indexOf(": ") + 2),
                number(f.measured().median()), f.measured().unit(), f.measured().repeats() == 1
                        ? ""
                        : ", spread " + number(f.measured().spread()) + " of " + f.measured().repeats(),
                f.target().bound() == Bound.AT_LEAST ? "at least" : "at most", number(f.target().value()),
                f.holds() ? "yes" : "**no**"));
    }

    private void moves(TraceRuns runs) {
        for (ServeRun each : runs.runs()) {
            if (!each.log().moves().isEmpty()) {
                lines.add("");
                lines.add("Moves, " + row(runs, each) + ":");
                lines.add("");
                each.log().moves().forEach(m -> add("* %.1f s: %d to %d, %s", m.time(), m.from(), m.to(), m.reason()));
            }
        }
    }

    private static String row(TraceRuns runs, ServeRun each) {
        return each.title(runs.trace()) + (runs.rounds().size() > 1 ? " (" + each.round() + ")" : "");
    }

    private void add(String format, Object... values) {
        lines.add(String.format(Locale.ROOT, format, values));
    }

    private static String cells(Percentiles of, double factor) {
        return number(factor * of.p50()) + " | " + number(factor * of.p95()) + " | " + number(factor * of.p99());
    }

    private static String percent(Share share) {
        return share.of() == 0
                ? "-"
                : String.format(Locale.ROOT, "%.1f %% (%.1f to %.1f)", 100 * share.value(), 100 * share.low(),
                        100 * share.high());
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%.1f", value);
    }

    private static String fixed(double nats) {
        return String.format(Locale.ROOT, "%.4f", nats);
    }
}
