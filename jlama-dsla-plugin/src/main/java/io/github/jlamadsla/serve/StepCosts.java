package io.github.jlamadsla.serve;

import java.util.Arrays;
import java.util.List;

import io.github.jlamadsla.engine.StepReport;

/** Seconds that tokens take, by level: one mean per level for prompts, one for decoding. Used by one thread. */
public final class StepCosts {
    private static final double NEWEST = .1;

    private final double[] prompt; // [level] seconds per token, NaN before the first measurement
    private final double[] decode; // [level] seconds per token, NaN before the first measurement
    private double error;
    private long steps;

    /**
     * @param level it ran at
     * @param from position of the first token
     * @param tokens how many; 1 is taken for decoding
     * @param seconds they took
     */
    public record Sample(int level, int from, int tokens, double seconds) {}

    /**
     * @param relative mean relative distance of steps from what was predicted
     * @param steps measured
     */
    public record Error(double relative, long steps) {}

    private StepCosts(int topLevel) {
        prompt = new double[topLevel + 1];
        decode = new double[topLevel + 1];
        Arrays.fill(prompt, Double.NaN);
        Arrays.fill(decode, Double.NaN);
    }

    /**
     * @param layers of the base model
     * @param startSamples may be empty: then nothing is known before the first steps
     */
    public static StepCosts measured(int layers, int topLevel, List<Sample> startSamples) {
        StepCosts costs = new StepCosts(Math.min(layers, topLevel));
        startSamples.forEach(
                s -> costs.learn(s.tokens() == 1 ? costs.decode : costs.prompt, s.level(), s.seconds() / s.tokens()));
        return costs;
    }

    /** Seconds that reading the prompt tokens from..to takes at a level; 0 while nothing is known. */
    public double seconds(int level, int from, int to) {
        return Math.max(0, to - from) * at(prompt, level);
    }

    /** Seconds of one row of decoding at a level; 0 while nothing is known. */
    public double decodeSeconds(int level, int position) {
        return at(decode, level);
    }

    /** Learns from a step. */
    public void observe(StepReport report) {
        double predicted = report.parts().stream().mapToDouble(
                p -> p.decode()
                        ? decodeSeconds(p.level(), p.from())
                        : seconds(p.level(), p.from(), p.from() + p.tokens()))
                .sum();
        double real = report.nanos() / 1e9;
        if (report.parts().isEmpty() || real <= 0) {
            return;
        }
        if (predicted > 0) {
            error += (Math.abs(real - predicted) / real - error) / Math.min(++steps, (long) (1 / NEWEST));
        }
        long tokens = report.parts().stream().mapToLong(StepReport.Part::tokens).sum();
        report.parts().forEach(p -> learn(p.decode() ? decode : prompt, p.level(), real / tokens));
    }

    public Error error() {
        return new Error(error, steps);
    }

    private static double at(double[] means, int level) {
        for (int distance = 0; distance < means.length; distance++) {
            for (int near : new int[]{level - distance, level + distance}) {
                if (near >= 0 && near < means.length && !Double.isNaN(means[near])) {
                    return means[near];
                }
            }
        }
        return 0;
    }

    private void learn(double[] means, int level, double seconds) {
        means[level] = Double.isNaN(means[level]) ? seconds : means[level] + NEWEST * (seconds - means[level]);
    }
}
