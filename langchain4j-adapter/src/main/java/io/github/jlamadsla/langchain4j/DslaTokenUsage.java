package io.github.jlamadsla.langchain4j;

import dev.langchain4j.model.output.TokenUsage;

/**
 * Tokens of an answer, and how many of its prompt were not read but taken from the prefix cache. Added to a usage of
 * another kind, that one counts as without cached tokens. Immutable.
 */
public final class DslaTokenUsage extends TokenUsage {
    private final int cachedInputTokenCount;

    /**
     * @param input tokens of the prompt, the cached ones among them
     * @param output tokens of the answer
     * @param cached of the prompt's, 0 to {@code input}
     * @throws IllegalArgumentException if a count is out of range
     */
    public DslaTokenUsage(int input, int output, int cached) {
        this(input, output, Math.addExact(input, output), cached);
        if (input < 0 || output < 0) {
            throw new IllegalArgumentException(
                    "input is " + input + " and output " + output + " tokens; allowed: 0 or more");
        }
        if (cached < 0 || cached > input) {
            throw new IllegalArgumentException("cached is " + cached + " tokens; allowed: 0 to the input's " + input);
        }
    }

    private DslaTokenUsage(Integer input, Integer output, Integer total, int cached) {
        super(input, output, total);
        this.cachedInputTokenCount = cached;
    }

    /** Tokens of the prompt that were taken from the prefix cache, 0 or more. */
    public int cachedInputTokenCount() {
        return cachedInputTokenCount;
    }

    @Override
    public DslaTokenUsage add(TokenUsage that) {
        return that == null
                ? this
                : new DslaTokenUsage(sum(inputTokenCount(), that.inputTokenCount()),
                        sum(outputTokenCount(), that.outputTokenCount()),
                        sum(totalTokenCount(), that.totalTokenCount()),
                        cachedInputTokenCount + (that instanceof DslaTokenUsage own ? own.cachedInputTokenCount : 0));
    }

    @Override
    public boolean equals(Object other) {
        return super.equals(other) && other instanceof DslaTokenUsage that
                && cachedInputTokenCount == that.cachedInputTokenCount;
    }

    @Override
    public int hashCode() {
        return 31 * super.hashCode() + cachedInputTokenCount;
    }

    @Override
    public String toString() {
        return "DslaTokenUsage{inputTokenCount=" + inputTokenCount() + ", cachedInputTokenCount="
                + cachedInputTokenCount + ", outputTokenCount=" + outputTokenCount() + ", totalTokenCount="
                + totalTokenCount() + '}';
    }
}
