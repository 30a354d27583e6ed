package io.github.jlamadsla.engine;

import java.util.List;

/**
 * What a step did and how long it took.
 *
 * @param parts sequences whose tokens ran; none in a step that only raised
 * @param raises layers that were raised before
 * @param nanos of the step, raises included
 */
public record StepReport(List<Part> parts, int raises, long nanos) {
    public StepReport {
        parts = List.copyOf(parts);
    }

    /**
     * @param sequence its id
     * @param level it ran at
     * @param from position of the first token
     * @param tokens how many ran
     * @param decode whether they were output tokens
     */
    public record Part(long sequence, int level, int from, int tokens, boolean decode) {}
}
