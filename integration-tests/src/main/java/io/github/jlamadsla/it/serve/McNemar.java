package io.github.jlamadsla.it.serve;

/**
 * Compares two servers on the same questions: only those that one answered rightly and the other did not say anything.
 *
 * @param lost right at the first, wrong at the second
 * @param won wrong at the first, right at the second
 */
record McNemar(int lost, int won) {
    McNemar {
        if (lost < 0 || won < 0) {
            throw new IllegalArgumentException("lost " + lost + ", won " + won + "; allowed: 0 or more");
        }
    }

    /** Probability of a difference at least as large, either way, if both were equally good: exact, binomial. */
    double p() {
        int n = lost + won;
        double term = Math.pow(.5, n);
        double tail = 0;
        for (int i = 0; i <= Math.min(lost, won); i++) {
            tail += term;
            term *= (double) (n - i) / (i + 1);
        }
        return Math.min(1, 2 * tail);
    }

    /** Whether the second one is worse at 95 %. */
    boolean significantLoss() {
        return lost > won && p() < .05;
    }
}
