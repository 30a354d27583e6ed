package io.github.jlamadsla.it.e2e;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import io.github.jlamadsla.it.Figure;
import io.github.jlamadsla.it.Measured;
import io.github.jlamadsla.it.RunContext;
import io.github.jlamadsla.it.Target;

/** Turns results into figures: ratios, with the numbers they are made of beside them. */
final class Claims {
    /** The model that DESIGN section 6 sets its targets for. */
    private static final String HELD = ModelShape.SHAPE_150M.name();
    /** By prompt length on that model, level 0 against Jlama. */
    private static final Map<Integer, Double> PREFILL_TARGETS = Map.of(512, 4.0, 2_048, 5.0, 8_192, 8.0);
    private static final Map<Integer, Double> DECODE_TARGETS = Map.of(512, 2.5, 2_048, 3.0, 8_192, 5.0);
    private static final String LATER = "The target is for Q4 weights, which come later; these are BF16.";
    /** At 50 %, from this context on: bytes against Jlama's, decode against the bound by bytes read. */
    private static final int LONG_CONTEXT = 8_192;
    private static final double MEMORY_TARGET = 0.27;
    private static final double SHARE_OF_BOUND = 0.85;

    private final RunContext run;
    private final Results results;
    private final List<Figure> figures = new ArrayList<>();

    private Claims(RunContext run, Results results) {
        this.run = run;
        this.results = results;
    }

    /** All figures of a model. */
    static List<Figure> of(RunContext run, Results results) {
        Claims claims = new Claims(run, results);
        Contender half = results.half();
        List.of(Contender.JLAMA, Contender.LEVEL_0, half).forEach(claims::failure);
        for (int context : results.contexts()) {
            claims.prefill(context, Contender.JLAMA, Contender.LEVEL_0, claims.held(PREFILL_TARGETS.get(context)));
            claims.prefill(context, Contender.LEVEL_0, half, null);
            claims.decode(context, Contender.JLAMA, Contender.LEVEL_0, claims.held(DECODE_TARGETS.get(context)));
            claims.decode(context, Contender.LEVEL_0, half, claims.shareOfBound(context));
            claims.memory(context);
        }
        return claims.figures;
    }

    /**
     * How much faster a decode step of the half level can be than one of level 0 if bytes read were all that counts:
     * weights and keys and values once, states read and written.
     */
    static double decodeBound(Results results, int context) {
        BenchmarkModel model = results.model();
        double level0 = results.values(Contender.LEVEL_0, context, Sample::bytes)[0];
        double half = results.values(results.half(), context, Sample::bytes)[0];
        double keyValues = level0 * (model.layers() - model.halfLevel()) / model.layers();
        double states = half - keyValues;
        return (model.weightBytes() + level0) / (model.weightBytes() + keyValues + 2 * states);
    }

    private Target held(Double factor) {
        return factor == null || !results.model().name().equals(HELD) ? null : Target.atLeast(factor);
    }

    private Target shareOfBound(int context) {
        return context < LONG_CONTEXT || !results.model().name().equals(HELD)
                || !both(context, Contender.LEVEL_0, results.half())
                        ? null
                        : Target.atLeast(Measured.rounded(SHARE_OF_BOUND * decodeBound(results, context)));
    }

    private void failure(Contender contender) {
        if (!results.failure(contender).isEmpty()) {
            figures.add(run.failed(contender.title() + " on the " + results.model().name() + " model",
                    results.failure(contender)));
        }
    }

    private void prefill(int context, Contender base, Contender contender, Target target) {
        if (both(context, base, contender)) {
            ToDoubleFunction<Sample> rate = Sample::prefillTokensPerSecond;
            add(claim("prefill rate", context, base, contender), target,
                    Measured.ratio(results.values(contender, context, rate), results.values(base, context, rate)),
                    details(context, base, contender, rate, " tokens/s"), base == Contender.JLAMA ? LATER : "");
        }
    }

    private void decode(int context, Contender base, Contender contender, Target target) {
        if (both(context, base, contender)) {
            ToDoubleFunction<Sample> time = Sample::decodeMilliseconds;
            Map<String, Double> details = details(context, base, contender, time, " ms/token");
            if (base == Contender.LEVEL_0) {
                details.put("bound by bytes read x", Measured.rounded(decodeBound(results, context)));
            }
            add(claim("decode rate", context, base, contender), target,
                    Measured.ratio(results.values(base, context, time), results.values(contender, context, time)),
                    details, base == Contender.JLAMA ? LATER : "");
        }
    }

    private void memory(int context) {
        Contender half = results.half();
        if (both(context, Contender.JLAMA, half)) {
            Target target = context >= LONG_CONTEXT && results.model().name().equals(HELD)
                    ? Target.atMost(MEMORY_TARGET)
                    : null;
            add(claim("KV and state bytes per request", context, Contender.JLAMA, half), target,
                    Measured.ratio(results.values(half, context, Sample::bytes),
                            results.values(Contender.JLAMA, context, Sample::bytes)),
                    details(context, Contender.JLAMA, half, Sample::bytes, " bytes"), "");
        }
    }

    private void add(String claim, Target target, Measured measured, Map<String, Double> details, String note) {
        figures.add(target == null
                ? run.figure(claim, measured, details, "")
                : run.figure(claim, target, measured, details, note));
    }

    private boolean both(int context, Contender one, Contender other) {
        return results.values(one, context, Sample::context).length > 0
                && results.values(other, context, Sample::context).length > 0;
    }

    private String claim(String what, int context, Contender base, Contender contender) {
        return results.model().name() + " model, BF16 weights, " + what + " at " + context + " tokens: "
                + contender.title() + " against " + base.title();
    }

    private Map<String, Double> details(int context, Contender base, Contender contender,
            ToDoubleFunction<Sample> number, String unit) {
        Map<String, Double> details = new LinkedHashMap<>();
        for (Contender each : List.of(base, contender)) {
            details.put(each.title() + unit, Measured.of(results.values(each, context, number), unit).median());
        }
        return details;
    }
}
