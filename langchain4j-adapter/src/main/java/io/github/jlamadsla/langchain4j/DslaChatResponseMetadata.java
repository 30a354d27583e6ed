package io.github.jlamadsla.langchain4j;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import dev.langchain4j.model.chat.response.ChatResponseMetadata;

import io.github.jlamadsla.engine.LevelChange;

/**
 * What an answer cost and at which level it was made. Every response of {@link DslaChatModel} carries one:
 * {@code (DslaChatResponseMetadata) response.metadata()}. Immutable.
 */
public final class DslaChatResponseMetadata extends ChatResponseMetadata {
    private final List<LevelChange> levelHistory;
    private final Duration queueWait;
    private final Duration prefillTime;
    private final Duration decodeTime;
    private final long memoryBytes;

    private DslaChatResponseMetadata(Builder builder) {
        super(builder);
        this.levelHistory = List.copyOf(builder.levelHistory);
        this.queueWait = notNegative("queueWait", builder.queueWait);
        this.prefillTime = notNegative("prefillTime", builder.prefillTime);
        this.decodeTime = notNegative("decodeTime", builder.decodeTime);
        this.memoryBytes = builder.memoryBytes;
        if (levelHistory.isEmpty()) {
            throw new IllegalArgumentException("levelHistory is empty; allowed: at least the level at the start");
        }
        if (memoryBytes < 0) {
            throw new IllegalArgumentException("memoryBytes is " + memoryBytes + "; allowed: 0 or more");
        }
    }

    /** The level at the start and every raise after it, at least one entry. */
    public List<LevelChange> levelHistory() {
        return levelHistory;
    }

    /** The level the request ended at: how many layers were served as DSLA. */
    public int finalLevel() {
        return levelHistory.getLast().level();
    }

    /** Layers that were served as DSLA when the request ended: the same as {@link #finalLevel}. */
    public int layersConverted() {
        return finalLevel();
    }

    /** Tokens of the prompt that were taken from the prefix cache, as {@link DslaTokenUsage} says; 0 or more. */
    public int cachedTokens() {
        return tokenUsage() instanceof DslaTokenUsage usage ? usage.cachedInputTokenCount() : 0;
    }

    /** From submission to the first step. */
    public Duration queueWait() {
        return queueWait;
    }

    /** From submission to the first token: {@link #queueWait} and {@link #prefillTime}. */
    public Duration timeToFirstToken() {
        return queueWait.plus(prefillTime);
    }

    /** Reading the prompt, the choice of the first token included. */
    public Duration prefillTime() {
        return prefillTime;
    }

    /** From the first token to the last. */
    public Duration decodeTime() {
        return decodeTime;
    }

    /** Most bytes the request's keys, values and states held. */
    public long memoryBytes() {
        return memoryBytes;
    }

    @Override
    public Builder toBuilder() {
        return ((Builder) super.toBuilder(builder())).levelHistory(levelHistory)
                .queueWait(queueWait)
                .prefillTime(prefillTime)
                .decodeTime(decodeTime)
                .memoryBytes(memoryBytes);
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public boolean equals(Object other) {
        if (this == other) {
            return true;
        }
        return super.equals(other) && other instanceof DslaChatResponseMetadata that
                && levelHistory.equals(that.levelHistory) && queueWait.equals(that.queueWait)
                && prefillTime.equals(that.prefillTime) && decodeTime.equals(that.decodeTime)
                && memoryBytes == that.memoryBytes;
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), levelHistory, queueWait, prefillTime, decodeTime, memoryBytes);
    }

    @Override
    public String toString() {
        return "DslaChatResponseMetadata{id='" + id() + "', modelName='" + modelName() + "', tokenUsage=" + tokenUsage()
                + ", finishReason=" + finishReason() + ", levelHistory=" + levelHistory + ", queueWait=" + queueWait
                + ", prefillTime=" + prefillTime + ", decodeTime=" + decodeTime + ", memoryBytes=" + memoryBytes + '}';
    }

    private static Duration notNegative(String name, Duration value) {
        if (value == null || value.isNegative()) {
            throw new IllegalArgumentException(name + " is " + value + "; allowed: zero or more");
        }
        return value;
    }

    /** No waiting, no times, no memory unless set; {@link #levelHistory} must be. */
    public static final class Builder extends ChatResponseMetadata.Builder<Builder> {
        private List<LevelChange> levelHistory = List.of();
        private Duration queueWait = Duration.ZERO;
        private Duration prefillTime = Duration.ZERO;
        private Duration decodeTime = Duration.ZERO;
        private long memoryBytes;

        private Builder() {}

        public Builder levelHistory(List<LevelChange> history) {
            this.levelHistory = history;
            return this;
        }

        public Builder queueWait(Duration wait) {
            this.queueWait = wait;
            return this;
        }

        public Builder prefillTime(Duration time) {
            this.prefillTime = time;
            return this;
        }

        public Builder decodeTime(Duration time) {
            this.decodeTime = time;
            return this;
        }

        public Builder memoryBytes(long bytes) {
            this.memoryBytes = bytes;
            return this;
        }

        /**
         * @throws IllegalArgumentException if the level history is empty, or a time or the memory is negative
         */
        @Override
        public DslaChatResponseMetadata build() {
            return new DslaChatResponseMetadata(this);
        }
    }
}
