package io.github.jlamadsla.langchain4j;

import java.time.Duration;
import java.util.Objects;

import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;

/**
 * LangChain4j's request parameters and those of this engine. Taken with a request as well as by the builder's
 * {@code defaultRequestParameters}; plain {@link ChatRequestParameters} serve too and set none of these. Immutable; null
 * means unset. Values are checked when they are used: by the builder, and by the chat, which then throws
 * {@link dev.langchain4j.exception.InvalidRequestException}.
 * <p>
 * Merged as the framework merges its own: a value that is set wins over one that is not, of two the overriding one, and
 * the kind stays this one whichever side it is on.
 */
public final class DslaChatRequestParameters extends DefaultChatRequestParameters {
    private final Integer level;
    private final Integer priority;
    private final Duration deadline;
    private final String scope;
    private final Long seed;
    private final Double minP;
    private final Double repetitionPenalty;

    private DslaChatRequestParameters(Builder builder) {
        super(builder);
        this.level = builder.level;
        this.priority = builder.priority;
        this.deadline = builder.deadline;
        this.scope = builder.scope;
        this.seed = builder.seed;
        this.minP = builder.minP;
        this.repetitionPenalty = builder.repetitionPenalty;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The same values; of this kind already, the same object. */
    static DslaChatRequestParameters of(ChatRequestParameters parameters) {
        return parameters instanceof DslaChatRequestParameters own
                ? own
                : builder().overrideWith(parameters).build();
    }

    /** Pins the request to a level of the model's order: this many layers are served as DSLA. Unset: the mode decides. */
    public Integer level() {
        return level;
    }

    /** -100 to 100; of requests that wait, a higher one begins first. Unset: 0. */
    public Integer priority() {
        return priority;
    }

    /** Longest time from submission to the end, waiting in the queue included; above 0. Unset: none. */
    public Duration deadline() {
        return deadline;
    }

    /**
     * Whose cached prefixes the request may use and leaves behind: those of the same scope alone, such as a user's. At
     * most 200 characters. Unset: the common ones.
     */
    public String scope() {
        return scope;
    }

    /** Same seed, same request, same answer. Unset: a new one each time. */
    public Long seed() {
        return seed;
    }

    /** Drop tokens whose share is below this times that of the likeliest; 0 (off) to 1. Unset: 0. */
    public Double minP() {
        return minP;
    }

    /**
     * Logits of tokens of prompt and answer are divided by it if positive, else multiplied; above 0, at most 100. Unset:
     * 1, which is off.
     */
    public Double repetitionPenalty() {
        return repetitionPenalty;
    }

    @Override
    public DslaChatRequestParameters overrideWith(ChatRequestParameters that) {
        return builder().overrideWith(this).overrideWith(that).build();
    }

    @Override
    public DslaChatRequestParameters defaultedBy(ChatRequestParameters that) {
        return builder().overrideWith(that).overrideWith(this).build();
    }

    /** These values; what is unset is unset in the builder. */
    public Builder toBuilder() {
        return builder().overrideWith(this);
    }

    @Override
    public boolean equals(Object other) {
        return super.equals(other) && other instanceof DslaChatRequestParameters that
                && Objects.equals(level, that.level) && Objects.equals(priority, that.priority)
                && Objects.equals(deadline, that.deadline) && Objects.equals(scope, that.scope)
                && Objects.equals(seed, that.seed) && Objects.equals(minP, that.minP)
                && Objects.equals(repetitionPenalty, that.repetitionPenalty);
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), level, priority, deadline, scope, seed, minP, repetitionPenalty);
    }

    /** The scope is left out: it may name a person. */
    @Override
    public String toString() {
        return "DslaChatRequestParameters{" + super.toString() + ", level=" + level + ", priority=" + priority
                + ", deadline=" + deadline + ", scope=" + (scope == null ? null : "set") + ", seed=" + seed + ", minP="
                + minP + ", repetitionPenalty=" + repetitionPenalty + '}';
    }

    /** Null means unset. */
    public static final class Builder extends DefaultChatRequestParameters.Builder<Builder> {
        private Integer level;
        private Integer priority;
        private Duration deadline;
        private String scope;
        private Long seed;
        private Double minP;
        private Double repetitionPenalty;

        private Builder() {}

        @Override
        public Builder overrideWith(ChatRequestParameters parameters) {
            super.overrideWith(parameters);
            if (parameters instanceof DslaChatRequestParameters own) {
                level = first(own.level, level);
                priority = first(own.priority, priority);
                deadline = first(own.deadline, deadline);
                scope = first(own.scope, scope);
                seed = first(own.seed, seed);
                minP = first(own.minP, minP);
                repetitionPenalty = first(own.repetitionPenalty, repetitionPenalty);
            }
            return this;
        }

        private static <T> T first(T overriding, T otherwise) {
            return overriding != null ? overriding : otherwise;
        }

        /** See {@link DslaChatRequestParameters#level}. */
        public Builder level(Integer value) {
            this.level = value;
            return this;
        }

        /** See {@link DslaChatRequestParameters#priority}. */
        public Builder priority(Integer value) {
            this.priority = value;
            return this;
        }

        /** See {@link DslaChatRequestParameters#deadline}. */
        public Builder deadline(Duration time) {
            this.deadline = time;
            return this;
        }

        /** See {@link DslaChatRequestParameters#scope}. */
        public Builder scope(String key) {
            this.scope = key;
            return this;
        }

        /** See {@link DslaChatRequestParameters#seed}. */
        public Builder seed(Long value) {
            this.seed = value;
            return this;
        }

        /** See {@link DslaChatRequestParameters#minP}. */
        public Builder minP(Double value) {
            this.minP = value;
            return this;
        }

        /** See {@link DslaChatRequestParameters#repetitionPenalty}. */
        public Builder repetitionPenalty(Double value) {
            this.repetitionPenalty = value;
            return this;
        }

        @Override
        public DslaChatRequestParameters build() {
            return new DslaChatRequestParameters(this);
        }
    }
}
