package io.github.jlamadsla.it.serve;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.jlamadsla.it.Figure;
import io.github.jlamadsla.it.Measured;
import io.github.jlamadsla.it.RunContext;
import io.github.jlamadsla.it.Target;

/** Figures of the runs, those of issue 8 with their targets. */
final class ServeFigures {
    private static final double SERVICE_TARGET = 2.3;
    private static final double LATENCY_TARGET = 1.2;
    private static final double POINTS_BELOW_FIXED_50 = -3;
    /** Lower by any amount that the file's figures can show. */
    private static final double LESS_LOSS = 1e-6;
    private static final double SIGNIFICANT = .05;
    private static final double OVERLOAD = 1;
    private static final String POINTS = "points";

    private final RunContext run;
    private final TraceRuns runs;
    private final String on;

    /** @param run what all figures have in common */
    ServeFigures(RunContext run, TraceRuns runs) {
        this.run = run;
        this.runs = runs;
        this.on = String.format(Locale.ROOT, "%s model, trace of %d requests at %s of level 0's capacity: ",
                runs.trace().header().model(), runs.trace().requests().size(), runs.trace().header().loadName());
    }

    /** Where there are several rounds each figure is their median, with its spread. */
    List<Figure> all() {
        List<ServeFigures> rounds = runs.rounds().stream().map(round -> new ServeFigures(run, round)).toList();
        List<Figure> figures = new ArrayList<>(together(rounds, ServeFigures::verdicts));
        // Not the median: in no round may it be exceeded.
        budget().ifPresent(figures::add);
        figures.addAll(together(rounds, round -> round.runs.runs().stream().map(round::of).toList()));
        return figures;
    }

    private List<Figure> together(List<ServeFigures> rounds, Function<ServeFigures, List<Figure>> what) {
        Map<String, List<Figure>> byClaim = rounds.stream().flatMap(round -> what.apply(round).stream())
                .collect(Collectors.groupingBy(Figure::claim, LinkedHashMap::new, Collectors.toList()));
        return byClaim.values().stream().map(this::median).toList();
    }

    private Figure median(List<Figure> repeats) {
        Figure first = repeats.getFirst();
        Optional<Figure> failed = repeats.stream().filter(figure -> figure.measured() == null).findFirst();
        if (repeats.size() == 1 || failed.isPresent()) {
            return failed.orElse(first);
        }
        Measured measured = Measured.of(repeats.stream().mapToDouble(f -> f.measured().median()).toArray(),
                first.measured().unit());
        Map<String, Double> details = new LinkedHashMap<>();
        first.details().keySet().forEach(name -> details.put(name, Measured.of(repeats.stream()
                .filter(f -> f.details().containsKey(name)).mapToDouble(f -> f.details().get(name)).toArray(), "-")
                .median()));
        return first.target() == null
                ? run.figure(first.claim(), measured, details, first.note())
                : run.figure(first.claim(), first.target(), measured, details, first.note());
    }

    private List<Figure> verdicts() {
        List<Figure> figures = new ArrayList<>();
        againstJlama().ifPresent(figures::add);
        for (ServeContender contender : List.of(ServeContender.ADAPTIVE, ServeContender.ADAPTIVE_50)) {
            runs.whole(contender).ifPresent(ours -> {
                if (runs.trace().header().load() > OVERLOAD) {
                    figures.addAll(overloaded(ours));
                }
                rightAnswers(ours).ifPresent(figures::add);
            });
        }
        return figures;
    }

    private Optional<Figure> againstJlama() {
        return runs.jlama().flatMap(jlama -> runs.besideJlama(ServeContender.ADAPTIVE).map(ours -> {
            Map<String, Double> details = new LinkedHashMap<>();
            details.put("Jlama busy ms/token", 1e3 * jlama.scores().service().busyPerToken());
            details.put("adaptive busy ms/token", 1e3 * ours.scores().service().busyPerToken());
            details.put("Jlama in work ms/token, mean over requests", 1e3 * jlama.scores().service()
                    .residencePerToken());
            details.put("adaptive in work ms/token, mean over requests", 1e3 * ours.scores().service()
                    .residencePerToken());
            return run.figure(on + "first " + jlama.trace().requests().size()
                    + " requests, service time per output token, Jlama 0.8.4 behind a lock over adaptive",
                    Target.atLeast(SERVICE_TARGET),
                    one(jlama.scores().service().busyPerToken() / ours.scores().service().busyPerToken(), "x"),
                    rounded(details),
                    "service time: seconds in which at least one request is in work, over all output tokens");
        }));
    }

    private List<Figure> overloaded(ServeRun ours) {
        List<Figure> figures = new ArrayList<>();
        runs.whole(ServeContender.LEVEL_0).ifPresent(base -> figures.add(run.figure(
                on + "latency per token, level 0 over " + ours.contender().title(), Target.atLeast(LATENCY_TARGET),
                one(base.scores().latencyPerToken() / ours.scores().latencyPerToken(), "x"),
                rounded(Map.of("level 0 ms/token", 1e3 * base.scores().latencyPerToken(), "its ms/token",
                        1e3 * ours.scores().latencyPerToken())),
                "(last token - arrival) / output tokens, mean over answered requests")));
        runs.whole(ServeContender.FIXED_25).ifPresent(fixed -> figures.add(
                share(ours, fixed, Target.atLeast(0))));
        runs.whole(ServeContender.FIXED_50).ifPresent(fixed -> {
            figures.add(share(ours, fixed, Target.atLeast(POINTS_BELOW_FIXED_50)));
            double less = fixed.scores().levels().nats() - ours.scores().levels().nats();
            figures.add(run.figure(on + "mean quality loss, fixed 50 % less " + ours.contender().title(),
                    Target.atLeast(LESS_LOSS),
                    one(less, "nats"),
                    rounded(Map.of("fixed 50 % nats", fixed.scores().levels().nats(), "its nats",
                            ours.scores().levels().nats())),
                    "per output token, by the quality figures of the checkpoint"));
        });
        return figures;
    }

    private Figure share(ServeRun ours, ServeRun fixed, Target target) {
        double a = 100 * ours.scores().within().value();
        double b = 100 * fixed.scores().within().value();
        return run.figure(on + "share within the objective, " + ours.contender().title() + ", less "
                + fixed.contender().title(), target, one(a - b, POINTS),
                rounded(Map.of("its %", a, fixed.contender().title() + " %", b)), "");
    }

    private Optional<Figure> rightAnswers(ServeRun ours) {
        if (ours.scores().right().of() == 0) {
            return Optional.empty();
        }
        return runs.whole(ServeContender.LEVEL_0).map(base -> {
            McNemar test = RunScores.compared(base.log().outcomes(), ours.log().outcomes());
            Map<String, Double> details = Map.of("right at level 0 alone", (double) test.lost(),
                    "right with it alone", (double) test.won(), "level 0 %", 100 * base.scores().right().value(),
                    "its %", 100 * ours.scores().right().value());
            return run.figure(
                    on + "right answers, loss against level 0 by the exact McNemar test, " + ours.contender().title(),
                    Target.atLeast(SIGNIFICANT), one(test.lost() > test.won() ? test.p() : 1, "p"), rounded(details),
                    "paired; below 0.05 the loss is significant; 1 where there is none");
        });
    }

    /** The worst of ours. */
    private Optional<Figure> budget() {
        long limit = runs.trace().header().memoryLimit();
        return runs.runs().stream().filter(each -> each.contender() != ServeContender.JLAMA)
                .map(each -> each.scores().service().peakBytes()).max(Long::compare)
                .map(peak -> run.figure(on + "most bytes in use of any of our servers over the budget",
                        Target.atMost(1), one((double) peak / limit, "x"),
                        rounded(Map.of("peak MB", peak / 1e6, "budget MB", limit / 1e6)),
                        "looked at every 2 ms"));
    }

    private Figure of(ServeRun each) {
        String claim = on + each.title(runs.trace()) + ", latency per token";
        if (!each.log().ending().isEmpty()) {
            return run.failed(claim, each.log().ending());
        }
        RunScores s = each.scores();
        Map<String, Double> details = new LinkedHashMap<>();
        add(details, "first token s", s.firstToken());
        add(details, "per token s", s.perToken());
        details.put("within the objective %", 100 * s.within().value());
        details.put("tokens/s", s.service().tokensPerSecond());
        details.put("busy ms/token", 1e3 * s.service().busyPerToken());
        details.put("refused", (double) s.counts().refused());
        details.put("failed", (double) s.counts().failed());
        details.put("moves", (double) s.levels().moves());
        details.put("raised layers", (double) s.levels().raisedLayers());
        details.put("mean level", s.levels().mean());
        details.put("nats", s.levels().nats());
        details.put("peak MB", s.service().peakBytes() / 1e6);
        details.put("prediction of the first token, relative error", each.log().totals().predictionError() < 0
                ? Double.NaN
                : each.log().totals().predictionError());
        details.put("right %", 100 * s.right().value());
        details.put("KL to level 0, nats", each.log().totals().divergence() < 0
                ? Double.NaN
                : each.log().totals().divergence());
        return Double.isNaN(s.latencyPerToken())
                ? run.failed(claim, "no request was answered in time to be timed")
                : run.figure(claim, one(1e3 * s.latencyPerToken(), "ms/token"), rounded(details), "");
    }

    private static void add(Map<String, Double> details, String name, Percentiles of) {
        details.put(name + " p50", of.p50());
        details.put(name + " p95", of.p95());
        details.put(name + " p99", of.p99());
    }

    private static Measured one(double value, String unit) {
        return Measured.of(new double[]{value}, unit);
    }

    /** What is not known is left out. */
    private static Map<String, Double> rounded(Map<String, Double> details) {
        Map<String, Double> rounded = new LinkedHashMap<>();
        details.forEach((name, value) -> {
            if (Double.isFinite(value)) {
                rounded.put(name, Measured.rounded(value));
            }
        });
        return rounded;
    }
}
