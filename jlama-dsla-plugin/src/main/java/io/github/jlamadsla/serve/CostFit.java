package io.github.jlamadsla.serve;

import java.util.List;

/**
 * Time of a step as a sum of four terms, each an amount of work times a rate that is not negative: a part per step, a
 * part per token and softmax layer, a part per token and converted layer, a part per token, position and softmax layer.
 * Rates are least squares of relative errors, with large ones weighted down to their size, over what was measured at
 * start (never forgotten) and over steps (forgotten slowly).
 */
final class CostFit {
    static final int TERMS = 4;

    /** A guess for models where nothing else is known: positions whose keys cost as much as a layer's products. */
    private static final double POSITIONS_PER_LAYER = 8_000;
    /** Steps that what was measured at start counts for. */
    private static final double START_WEIGHT = 5;
    /** Weight of the guess, in measurements: it decides only where they do not. */
    private static final double GUESS_WEIGHT = .01;
    /** Relative error from which a measurement counts less than its square. */
    private static final double USUAL_ERROR = .1;
    /** What a step may say at most about the rates: a factor of two. */
    private static final double MOST_FACTOR = 2;
    private static final int START_ROUNDS = 8;
    private static final int START_SWEEPS = 500;
    private static final int SWEEPS = 40;

    private final double[] rates; // [TERMS]
    private final double[][] startProducts = new double[TERMS][TERMS];
    private final double[] startTargets = new double[TERMS];
    private final double[][] products = new double[TERMS][TERMS];
    private final double[] targets = new double[TERMS];
    private final double keep;

    /** Work of the four terms, and the seconds that it took. */
    record Measurement(double[] work, double seconds) {} // work [TERMS]

    /**
     * @param measured at start, may be empty
     * @param guess the rates where nothing is measured, above 0
     * @param keep share of the past's weight that a step leaves, below 1
     */
    CostFit(List<Measurement> measured, double[] guess, double keep) {
        this.rates = guess.clone();
        this.keep = keep;
        double[][] a = new double[TERMS][TERMS];
        double[] b = new double[TERMS];
        for (int round = 0; round < START_ROUNDS; round++) {
            clear(a, b);
            for (Measurement m : measured) {
                double weight = weight(Math.log(m.seconds() / seconds(m.work())));
                // In the first round the rates are guessed, so that nothing is far off yet.
                add(a, b, m.work(), m.seconds(), round == 0 ? 1 : weight, 1);
            }
            addGuess(a, b, measured, guess);
            solve(a, b, START_SWEEPS);
        }
        double scale = START_WEIGHT / Math.max(1, measured.size());
        for (int i = 0; i < TERMS; i++) {
            for (int j = 0; j < TERMS; j++) {
                startProducts[i][j] = scale * a[i][j];
            }
            startTargets[i] = scale * b[i];
        }
    }

    /** Rates in the usual proportions, for a cost per token and layer. */
    static double[] guess(double perTokenAndLayer, int layers) {
        return new double[]{perTokenAndLayer * layers, perTokenAndLayer, perTokenAndLayer,
            perTokenAndLayer / POSITIONS_PER_LAYER};
    }

    private static void addGuess(double[][] a, double[] b, List<Measurement> measured, double[] guess) {
        for (int i = 0; i < TERMS; i++) {
            double share = 0; // of the time, by rate
            for (Measurement m : measured) {
                share += m.work()[i] / m.seconds() / measured.size();
            }
            double typical = Math.max(share, .05 / guess[i]);
            a[i][i] += GUESS_WEIGHT * typical * typical;
            b[i] += GUESS_WEIGHT * typical * typical * guess[i];
        }
    }

    /** Above 0 for any work. */
    double seconds(double[] work) {
        double sum = 0;
        for (int i = 0; i < TERMS; i++) {
            sum += work[i] * rates[i];
        }
        return Math.max(1e-9, sum);
    }

    /** A copy; [TERMS]. */
    double[] rates() {
        return rates.clone();
    }

    /** Takes a step in. */
    void observe(double[] work, double seconds) {
        double predicted = seconds(work);
        double factor = Math.clamp(seconds / predicted, 1 / MOST_FACTOR, MOST_FACTOR);
        for (int i = 0; i < TERMS; i++) {
            targets[i] *= keep;
            for (int j = 0; j < TERMS; j++) {
                products[i][j] *= keep;
            }
        }
        add(products, targets, work, predicted, weight(Math.log(factor)), factor);
        double[][] a = new double[TERMS][TERMS];
        double[] b = new double[TERMS];
        for (int i = 0; i < TERMS; i++) {
            for (int j = 0; j < TERMS; j++) {
                a[i][j] = startProducts[i][j] + products[i][j];
            }
            b[i] = startTargets[i] + targets[i];
        }
        solve(a, b, SWEEPS);
    }

    private static double weight(double error) {
        return Math.min(1, USUAL_ERROR / Math.max(1e-9, Math.abs(error)));
    }

    private static void add(double[][] a, double[] b, double[] work, double unit, double weight, double target) {
        for (int i = 0; i < TERMS; i++) {
            double u = work[i] / unit;
            for (int j = 0; j < TERMS; j++) {
                a[i][j] += weight * u * (work[j] / unit);
            }
            b[i] += weight * u * target;
        }
    }

    private static void clear(double[][] a, double[] b) {
        for (int i = 0; i < TERMS; i++) {
            b[i] = 0;
            for (int j = 0; j < TERMS; j++) {
                a[i][j] = 0;
            }
        }
    }

    /** Least squares with rates of 0 or more, by coordinates: each is best in turn, from the present ones on. */
    private void solve(double[][] a, double[] b, int sweeps) {
        for (int sweep = 0; sweep < sweeps; sweep++) {
            for (int i = 0; i < TERMS; i++) {
                double rest = b[i];
                for (int j = 0; j < TERMS; j++) {
                    rest -= j == i ? 0 : a[i][j] * rates[j];
                }
                if (a[i][i] > 0) {
                    rates[i] = Math.max(0, rest / a[i][i]);
                }
            }
        }
    }
}
