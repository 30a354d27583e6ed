package io.github.jlamadsla.engine;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import io.github.jlamadsla.sampling.SamplingParameters;
import io.github.jlamadsla.sampling.StopMatcher;
import io.github.jlamadsla.sampling.TokenMask;

/**
 * What to generate. Immutable, but for the mask; see {@link #builder()}.
 *
 * @param promptTokens at least one token id
 * @param maxOutputTokens most tokens to generate, 1 or more; the prompt is not counted
 * @param sampling how tokens are drawn
 * @param pinnedLevel the level asked for, or {@link #UNPINNED}
 * @param limits what else ends or bounds the answer
 * @param service how it stands to other requests
 */
public record GenerationRequest(List<Integer> promptTokens, int maxOutputTokens, SamplingParameters sampling,
        int pinnedLevel, Limits limits, Service service) {

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
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(service, "service");
    }

    /** A request without further limits. */
    public GenerationRequest(List<Integer> promptTokens, int maxOutputTokens, SamplingParameters sampling,
            int pinnedLevel) {
        this(promptTokens, maxOutputTokens, sampling, pinnedLevel, Limits.NONE, Service.USUAL);
    }

    /**
     * How a request stands to others.
     *
     * @param priority -100 to 100; of those that wait, a higher one begins first
     * @param scope whose prefixes it may use and leaves behind: those of the same scope alone, such as a user's; at
     *        most 200 characters, empty for the common one
     */
    public record Service(int priority, String scope) {

        /** Priority 0, the common scope. */
        public static final Service USUAL = new Service(0, "");

        private static final int MOST_PRIORITY = 100;
        private static final int LONGEST_SCOPE = 200;

        public Service {
            if (Math.abs((long) priority) > MOST_PRIORITY) {
                throw new IllegalArgumentException("priority is " + priority + "; allowed: -100 to 100");
            }
            if (scope.length() > LONGEST_SCOPE) {
                throw new IllegalArgumentException(
                        "scope has " + scope.length() + " characters; allowed: at most " + LONGEST_SCOPE);
            }
        }
    }

    /**
     * What else ends or bounds an answer.
     *
     * @param stops texts that end the answer; neither they nor what follows is delivered; see {@link StopMatcher}
     * @param mask says which tokens may come next, for this request alone, or null; called on threads of the engine,
     *        so it must not wait
     * @param timeout longest time from submission to the end, above 0, at most 365 days, or null
     */
    public record Limits(List<String> stops, TokenMask mask, Duration timeout) {

        /** None of them. */
        public static final Limits NONE = new Limits(List.of(), null, null);

        private static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);

        public Limits {
            stops = StopMatcher.check(stops);
            if (timeout != null
                    && (timeout.isZero() || timeout.isNegative() || timeout.compareTo(LONGEST_TIMEOUT) > 0)) {
                throw new IllegalArgumentException("timeout is " + timeout + "; allowed: above 0, at most 365 days");
            }
        }
    }

    /** Whether a level was asked for. */
    public boolean pinned() {
        return pinnedLevel != UNPINNED;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Greedy, 256 output tokens, level by the runtime's mode, no further limits, unless set otherwise. */
    public static final class Builder {
        private List<Integer> promptTokens = List.of();
        private int maxOutputTokens = 256;
        private SamplingParameters sampling = SamplingParameters.GREEDY;
        private int pinnedLevel = UNPINNED;
        private Limits limits = Limits.NONE;
        private Service service = Service.USUAL;

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

        /** Texts that end the answer; see {@link Limits#stops}. */
        public Builder stops(List<String> texts) {
            this.limits = new Limits(texts, limits.mask(), limits.timeout());
            return this;
        }

        /** Says which tokens may come next; see {@link Limits#mask}. */
        public Builder mask(TokenMask tokens) {
            this.limits = new Limits(limits.stops(), tokens, limits.timeout());
            return this;
        }

        /** Longest time from submission to the end, above 0; then the request fails. */
        public Builder timeout(Duration time) {
            this.limits = new Limits(limits.stops(), limits.mask(), time);
            return this;
        }

        /** -100 to 100; of those that wait, a higher one begins first. Unset: 0. */
        public Builder priority(int value) {
            this.service = new Service(value, service.scope());
            return this;
        }

        /** Whose prefixes it may use and leaves behind; see {@link Service#scope}. Unset: the common ones. */
        public Builder scope(String key) {
            this.service = new Service(service.priority(), key);
            return this;
        }

        public GenerationRequest build() {
            return new GenerationRequest(promptTokens, maxOutputTokens, sampling, pinnedLevel, limits, service);
        }
    }
}
