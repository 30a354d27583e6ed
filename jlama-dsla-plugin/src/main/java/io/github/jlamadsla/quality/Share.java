package io.github.jlamadsla.quality;

/**
 * A share of yes-or-no outcomes with its 95 % interval after Wilson, which also holds for few outcomes and for shares
 * near 0 and 1.
 *
 * @param hits 0 to {@code of}
 * @param of outcomes, 0 or more; of none, share and interval are NaN
 */
public record Share(int hits, int of) {
    /** Quantile of the normal distribution at 97.5 %. */
    private static final double Z = 1.959963984540054;

    public Share {
        if (of < 0 || hits < 0 || hits > of) {
            throw new IllegalArgumentException("share is " + hits + " of " + of + "; allowed: 0 to all of them");
        }
    }

    /** The share itself, 0 to 1. */
    public double value() {
        return of == 0 ? Double.NaN : (double) hits / of;
    }

    /** Lower end of the interval. */
    public double low() {
        return hits == 0 && of > 0 ? 0 : centre() - halfWidth();
    }

    /** Upper end of the interval. */
    public double high() {
        return hits == of && of > 0 ? 1 : centre() + halfWidth();
    }

    private double centre() {
        return (value() + Z * Z / (2 * of)) / (1 + Z * Z / of);
    }

    private double halfWidth() {
        return Z / (1 + Z * Z / of) * Math.sqrt(value() * (1 - value()) / of + Z * Z / (4.0 * of * of));
    }

    /** Both together. */
    public Share plus(Share other) {
        return new Share(hits + other.hits, of + other.of);
    }
}
