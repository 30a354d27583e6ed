package io.github.jlamadsla.serve;

import java.util.ArrayList;
import java.util.List;

import io.github.jlamadsla.engine.StepReport;
import io.github.jlamadsla.serve.CostFit.Measurement;

/**
 * How long reading and decoding take, by level and position: rates measured at start and kept up to date by the steps
 * that run, with the error of the predictions so far. A step's time is a part per step, a part per token and layer
 * (softmax or converted), and a part that grows with the position in each softmax layer; on it comes a factor per level
 * and the machine's present pace. Used by one thread.
 */
public final class StepCosts {
    private static final double READING_KEEP = .995;
    private static final double DECODING_KEEP = .98;
    /** Without any measurement: a guess, replaced by the first step. */
    private static final double GUESSED_TOKEN_SECONDS = 1e-3;
    private static final int START_STEPS = 3;
    /** How quickly a level's own factor follows, what one step may say of it, and how it comes back to start's. */
    private static final double LEVEL_GAIN = .05;
    private static final double LEVEL_MOST = .1;
    private static final double LEVEL_BACK = .001;
    private static final double ERROR_GAIN = .02;

    private final int layers;
    private final CostFit reading;
    private final CostFit decoding;
    private final Pace pace;
    private final double[] startFactors; // [topLevel + 1], logarithms
    private final double[] factors; // [topLevel + 1], logarithms
    private int chunk;
    private double error;
    private long steps;

    /**
     * A chunk that was timed at start.
     *
     * @param level it ran at, 0 or more
     * @param from position of its first token, 0 or more
     * @param tokens of it, 1 or more; a chunk of one token tells of decoding, longer ones of reading
     * @param seconds it took, above 0
     */
    public record Sample(int level, int from, int tokens, double seconds) {
        public Sample {
            if (level < 0 || from < 0 || tokens < 1 || !(seconds > 0) || Double.isInfinite(seconds)) {
                throw new IllegalArgumentException("sample is level " + level + ", from " + from + ", " + tokens
                        + " tokens, " + seconds + " s; allowed: 0 or more, 0 or more, 1 or more, above 0");
            }
        }
    }

    /**
     * How far off predictions of steps that read prompts were.
     *
     * @param relative mean of |predicted - actual| over the larger of both, 0 to 1, where the last fifty steps or so
     *        count most; 0 before the first step
     * @param steps that it is from
     */
    public record Error(double relative, long steps) {}

    private StepCosts(int layers, int topLevel, List<Sample> samples) {
        this.layers = layers;
        this.startFactors = new double[topLevel + 1];
        List<Measurement> chunks = measurements(samples.stream().filter(s -> s.tokens() > 1).toList());
        List<Measurement> single = measurements(samples.stream().filter(s -> s.tokens() == 1).toList());
        this.reading = new CostFit(chunks, guess(chunks.isEmpty() ? single : chunks), READING_KEEP);
        // A step that decodes is taken for a chunk of one token until it is known better.
        double[] known = reading.rates();
        double[] usual = CostFit.guess(Math.max(known[1], known[2]) + 1e-12, layers);
        for (int i = 0; i < CostFit.TERMS; i++) {
            usual[i] = known[i] > 0 ? known[i] : usual[i];
        }
        this.decoding = new CostFit(single, usual, DECODING_KEEP);
        this.pace = new Pace(Math.min(START_STEPS, chunks.size()));
        this.chunk = samples.stream().mapToInt(Sample::tokens).max().orElse(1);
        startFactors(samples);
        this.factors = startFactors.clone();
    }

    /**
     * @param layers of the base model, 1 or more
     * @param topLevel the highest level, 0 to {@code layers}
     * @param startSamples chunks timed at start; with few, rates start near the usual proportions, with none at a guess
     */
    public static StepCosts measured(int layers, int topLevel, List<Sample> startSamples) {
        if (layers < 1 || topLevel < 0 || topLevel > layers) {
            throw new IllegalArgumentException("layers is " + layers + ", topLevel " + topLevel
                    + "; allowed: 1 or more layers, levels from 0 to them");
        }
        return new StepCosts(layers, topLevel, List.copyOf(startSamples));
    }

    /**
     * Seconds to read the prompt positions [from, to) at a level, in chunks as long as the longest so far, with no
     * other sequence; above 0, or 0 where there is nothing to read.
     */
    public double seconds(int level, int from, int to) {
        int first = Math.max(0, from);
        int tokens = to - first;
        if (tokens <= 0) {
            return 0;
        }
        double[] work = work(level, first, tokens);
        scale(work, factor(level));
        work[0] = Math.ceilDiv(tokens, chunk);
        return pace.factor() * reading.seconds(work);
    }

    /** Seconds of a step that decodes one sequence, alone, whose token is at {@code position}; above 0. */
    public double decodeSeconds(int level, int position) {
        double[] work = work(level, position, 1);
        work[0] = 1;
        return decoding.seconds(work);
    }

    /**
     * Seconds by which a sequence that decodes makes a step longer that reads prompts too: the products of that step
     * are shared, its attention is not; above 0.
     */
    public double addedSeconds(int level, int position) {
        double[] work = work(level, position, 1);
        double asToken = pace.factor() * factor(level) * reading.seconds(work);
        return Math.max(asToken, decoding.seconds(work));
    }

    /** How far off predictions were so far. */
    public Error error() {
        return new Error(error, steps);
    }

    /** Takes a step in. Steps with raises tell nothing of reading and are left out. */
    public void observe(StepReport report) {
        if (report.raises() > 0 || report.nanos() <= 0) {
            return;
        }
        double actual = report.nanos() / 1e9;
        List<StepReport.Part> prompts = report.parts().stream().filter(p -> !p.decode() && p.tokens() > 0).toList();
        List<StepReport.Part> rows = report.parts().stream().filter(p -> p.decode() && p.tokens() > 0).toList();
        if (!prompts.isEmpty()) {
            observeReading(prompts, rows, actual);
        } else if (!rows.isEmpty()) {
            double[] work = new double[CostFit.TERMS];
            rows.forEach(p -> add(work, work(p.level(), p.from(), p.tokens()), 1));
            work[0] = 1;
            decoding.observe(work, actual);
        }
    }

    private void observeReading(List<StepReport.Part> prompts, List<StepReport.Part> rows, double actual) {
        double[] work = new double[CostFit.TERMS];
        int tokens = 0;
        for (StepReport.Part p : prompts) {
            add(work, work(p.level(), p.from(), p.tokens()), factor(p.level()));
            tokens += p.tokens();
        }
        work[0] = 1;
        chunk = Math.max(chunk, tokens);
        double own = reading.seconds(work);
        double added = rows.stream().mapToDouble(p -> p.tokens() * addedSeconds(p.level(), p.from())).sum();
        double predicted = pace.factor() * own + added;
        steps++;
        error += Math.max(ERROR_GAIN, 1.0 / steps)
                * (Math.abs(predicted - actual) / Math.max(predicted, actual) - error);
        // The prompts' share of the time, as predicted.
        double read = actual * (pace.factor() * own / predicted);
        pace.observe(read / own);
        double usual = read / pace.factor();
        observeLevels(prompts, Math.log(usual / own));
        reading.observe(work, usual);
    }

    private void observeLevels(List<StepReport.Part> prompts, double log) {
        long all = prompts.stream().mapToLong(StepReport.Part::tokens).sum();
        double bounded = Math.clamp(log, -LEVEL_MOST, LEVEL_MOST);
        for (StepReport.Part p : prompts) {
            int i = index(p.level());
            double share = (double) p.tokens() / all;
            factors[i] += share * (LEVEL_GAIN * bounded + LEVEL_BACK * (startFactors[i] - factors[i]));
        }
    }

    private void startFactors(List<Sample> samples) {
        int[] counts = new int[startFactors.length];
        for (Sample s : samples) {
            if (s.tokens() > 1) {
                double log = Math.log(s.seconds() / reading.seconds(chunkWork(s)));
                startFactors[index(s.level())] += Math.clamp(log, -LEVEL_MOST, LEVEL_MOST);
                counts[index(s.level())]++;
            }
        }
        for (int i = 0; i < counts.length; i++) {
            // Two more that say nothing: one sample is no proof.
            startFactors[i] /= counts[i] + 2;
        }
    }

    private List<Measurement> measurements(List<Sample> samples) {
        List<Measurement> measured = new ArrayList<>();
        for (Sample s : samples) {
            measured.add(new Measurement(chunkWork(s), s.seconds()));
        }
        return measured;
    }

    private double[] guess(List<Measurement> measured) {
        double[] one = CostFit.guess(1, layers);
        double[] costs = measured.stream().mapToDouble(m -> {
            double sum = 0;
            for (int i = 0; i < CostFit.TERMS; i++) {
                sum += m.work()[i] * one[i];
            }
            return m.seconds() / sum;
        }).sorted().toArray();
        return CostFit.guess(costs.length == 0 ? GUESSED_TOKEN_SECONDS / layers : costs[costs.length / 2], layers);
    }

    private double[] chunkWork(Sample s) {
        double[] work = work(s.level(), s.from(), s.tokens());
        work[0] = 1;
        return work;
    }

    /** Work of tokens at a level, without that of a step. */
    private double[] work(int level, int from, int tokens) {
        int converted = index(level);
        double softmax = layers - converted;
        double first = Math.max(0, from);
        // Each token sees the positions up to its own.
        double positions = tokens * (first + (tokens + 1) / 2.0);
        return new double[]{0, tokens * softmax, (double) tokens * converted, positions * softmax};
    }

    private static void add(double[] sum, double[] work, double factor) {
        for (int i = 0; i < CostFit.TERMS; i++) {
            sum[i] += factor * work[i];
        }
    }

    private static void scale(double[] work, double factor) {
        for (int i = 0; i < CostFit.TERMS; i++) {
            work[i] *= factor;
        }
    }

    private double factor(int level) {
        return Math.exp(factors[index(level)]);
    }

    private int index(int level) {
        return Math.clamp(level, 0, startFactors.length - 1);
    }
}
