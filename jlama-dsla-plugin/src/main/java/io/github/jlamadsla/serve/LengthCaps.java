package io.github.jlamadsla.serve;

import java.util.List;

/**
 * Most layers converted by length of a request (paper Table 4).
 *
 * @param classes ascending by length, the first from 0 tokens on
 */
public record LengthCaps(List<LengthClass> classes) {

    /**
     * @param fromTokens shortest length of the class
     * @param share of the base model's layers, 0 to 1
     */
    public record LengthClass(int fromTokens, double share) {
        public LengthClass {
            if (fromTokens < 0) {
                throw new IllegalArgumentException("fromTokens is " + fromTokens + "; allowed: 0 or more");
            }
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException("share is " + share + "; allowed: 0 to 1");
            }
        }
    }

    /** The paper's: 12.5 % below 2,000 tokens, 25 % from 2,000, 37.5 % from 4,000, 50 % from 8,000. */
    public static final LengthCaps PAPER = new LengthCaps(List.of(new LengthClass(0, .125),
            new LengthClass(2_000, .25), new LengthClass(4_000, .375), new LengthClass(8_000, .5)));

    public LengthCaps {
        classes = List.copyOf(classes);
        if (classes.isEmpty() || classes.getFirst().fromTokens() != 0) {
            throw new IllegalArgumentException("length classes are " + classes + "; allowed: the first from 0 tokens");
        }
        for (int i = 1; i < classes.size(); i++) {
            if (classes.get(i).fromTokens() <= classes.get(i - 1).fromTokens()) {
                throw new IllegalArgumentException("length classes are " + classes + "; allowed: ascending lengths");
            }
        }
    }

    /** Most layers for a request of {@code length} tokens to a model of {@code layers} layers, rounded down. */
    public int cap(int length, int layers) {
        double share = 0;
        for (LengthClass c : classes) {
            if (length >= c.fromTokens()) {
                share = c.share();
            }
        }
        // The tiny addend keeps shares such as .29 of 100 layers from falling to 28 by rounding.
        return (int) Math.floor(share * layers + 1e-9);
    }
}
