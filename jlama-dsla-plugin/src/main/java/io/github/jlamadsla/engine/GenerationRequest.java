package io.github.jlamadsla.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import io.github.jlamadsla.sampling.SamplingParameters;

/**
 * What to generate. Immutable; see {@link #builder()}.
 *
 * @param promptTokens at least one token id
 * @param maxOutputTokens most tokens to generate, 1 or more; the prompt is not counted
 * @param sampling how tokens are drawn
 * @param pinnedLevel the level asked for, or {@link #UNPINNED}
 */
public record GenerationRequest(List<Integer> promptTokens, int maxOutputTokens, SamplingParameters sampling,
        int pinnedLevel) {

    /** No pin: the runtime's mode decides. */
    public static final int UNPINNED = -1;

    public GenerationRequest {
        promptTokens = List.copyOf(promptTokens);
        if (promptTokens.isEmpty()) {
            throw new IllegalArgumentException("promptTokens is empty; allowed: at least one token");
        }
        if (maxOutputTokens < 1) {
            throw new IllegalArgumentException("maxOutputTokens is " + maxOutputTokens + "; allowed: 1 or more");
        }
        Objects.requireNonNull(sampling, "sampling");
        if (pinnedLevel < UNPINNED) {
            throw new IllegalArgumentException("level is " + pinnedLevel + "; allowed: 0 or more");
        }
    }

    /** Whether a level was asked for. */
    public boolean pinned() {
        return pinnedLevel != UNPINNED;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Greedy, 256 output tokens, level by the runtime's mode, unless set otherwise. */
    public static final class Builder {
        private List<Integer> promptTokens = List.of();
        private int maxOutputTokens = 256;
        private SamplingParameters sampling = SamplingParameters.GREEDY;
        private int pinnedLevel = UNPINNED;

        private Builder() {}

        public Builder promptTokens(List<Integer> tokens) {
            this.promptTokens = tokens;
            return this;
        }

        public Builder promptTokens(int[] tokens) {
            return promptTokens(Arrays.stream(tokens).boxed().toList());
        }

        public Builder maxOutputTokens(int tokens) {
            this.maxOutputTokens = tokens;
            return this;
        }

        public Builder sampling(SamplingParameters parameters) {
            this.sampling = parameters;
            return this;
        }

        /** Pins the level; above the order's length it is refused when submitted. */
        public Builder level(int level) {
            if (level < 0) {
                throw new IllegalArgumentException("level is " + level + "; allowed: 0 or more");
            }
            this.pinnedLevel = level;
            return this;
        }

        public GenerationRequest build() {
            return new GenerationRequest(promptTokens, maxOutputTokens, sampling, pinnedLevel);
        }
    }
}
