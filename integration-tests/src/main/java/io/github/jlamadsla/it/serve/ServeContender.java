package io.github.jlamadsla.it.serve;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.github.jlamadsla.serve.AdaptivePolicy;
import io.github.jlamadsla.serve.AuthorsRule;
import io.github.jlamadsla.serve.LengthCaps;
import io.github.jlamadsla.serve.LengthCaps.LengthClass;
import io.github.jlamadsla.serve.LevelMode;
import io.github.jlamadsla.serve.QualityLimit;

/** The servers that are compared. */
enum ServeContender {
    /** Jlama as it is, one request at a time. */
    JLAMA("Jlama 0.8.4 behind a lock"),
    /** No layer converted. */
    LEVEL_0("level 0"),
    /** A quarter of the layers converted. */
    FIXED_25("fixed 25 %"),
    /** Half of the layers converted. */
    FIXED_50("fixed 50 %"),
    /** The rule of the paper's published code. */
    AUTHORS("the authors' rule"),
    /** What a user gets who sets nothing. */
    ADAPTIVE("adaptive"),
    /** For latency: the load alone decides up to half of the layers, whatever a request's length. */
    ADAPTIVE_50("adaptive, up to 50 % at any length");

    /** The authors' code converts up to three quarters of the layers, and looks at no request's length or quality. */
    private static final LengthCaps AUTHORS_CAPS = upTo(.75);
    private static final QualityLimit NO_LIMIT = new QualityLimit(Double.POSITIVE_INFINITY,
            Double.POSITIVE_INFINITY);
    /** Of all others; far above what a trace piles up at 110 %, so that they differ in levels alone. */
    private static final int MOST_REQUESTS = 100;

    private final String title;

    ServeContender(String title) {
        this.title = title;
    }

    /** Name for people. */
    String title() {
        return title;
    }

    /** Name on the command line. */
    String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException if there is none of that name */
    static ServeContender named(String option) {
        return Arrays.stream(values()).filter(contender -> contender.option().equals(option)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("contender '" + option + "'; allowed: "
                        + String.join(", ", Arrays.stream(values()).map(ServeContender::option).toList())));
    }

    /**
     * How its levels come about.
     *
     * @param layers of the base model
     * @throws IllegalStateException for Jlama, which has no levels
     */
    LevelMode mode(int layers) {
        return switch (this) {
            case JLAMA -> throw new IllegalStateException("Jlama has no levels");
            case LEVEL_0 -> LevelMode.fixed(0);
            case FIXED_25 -> LevelMode.fixed(layers / 4);
            case FIXED_50 -> LevelMode.fixed(layers / 2);
            case AUTHORS -> LevelMode.adaptive(AUTHORS_CAPS, NO_LIMIT, new AuthorsRule(layers));
            case ADAPTIVE -> LevelMode.adaptive();
            case ADAPTIVE_50 -> LevelMode.adaptive(upTo(.5), QualityLimit.DEFAULT, AdaptivePolicy.DEFAULT);
        };
    }

    private static LengthCaps upTo(double share) {
        return new LengthCaps(List.of(new LengthClass(0, share)));
    }

    /** Most requests that have not ended. */
    int mostRequests() {
        return this == AUTHORS ? AuthorsRule.MOST_QUEUED : MOST_REQUESTS;
    }
}
