package io.github.jlamadsla.it;

/**
 * What a figure is held to, in its own unit.
 *
 * @param bound which side is allowed
 * @param value the bound
 */
public record Target(Bound bound, double value) {

    /** The side of the value that is allowed, itself included. */
    public enum Bound {
        AT_LEAST, AT_MOST
    }

    public static Target atLeast(double value) {
        return new Target(Bound.AT_LEAST, value);
    }

    public static Target atMost(double value) {
        return new Target(Bound.AT_MOST, value);
    }

    /** Whether the median keeps to it. */
    public boolean holds(Measured measured) {
        return bound == Bound.AT_LEAST ? measured.median() >= value : measured.median() <= value;
    }
}
