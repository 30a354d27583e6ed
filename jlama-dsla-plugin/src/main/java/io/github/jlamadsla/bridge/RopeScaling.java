package io.github.jlamadsla.bridge;

/** How a model stretches its rotary frequencies. */
public sealed interface RopeScaling {

    /** Frequencies as the base gives them. */
    record None() implements RopeScaling {}

    /** Every frequency divided by {@code factor}. */
    record Linear(double factor) implements RopeScaling {}

    /** Llama 3.1 and later: low frequencies divided by {@code factor}, high ones kept, smooth between. */
    record Llama3(double factor, double lowFreqFactor, double highFreqFactor, int originalMaxPositions)
            implements
                RopeScaling {}
}
