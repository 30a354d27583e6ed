package io.github.jlamadsla.engine;

/** A prompt that does not fit the model's context together with at least one output token. */
public final class ContextTooLongException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final int promptTokens;
    private final int contextLength;

    public ContextTooLongException(int promptTokens, int contextLength) {
        super("the prompt has " + promptTokens + " tokens, the model's context " + contextLength
                + "; allowed: a prompt of at most " + (contextLength - 1) + " tokens");
        this.promptTokens = promptTokens;
        this.contextLength = contextLength;
    }

    public int promptTokens() {
        return promptTokens;
    }

    public int contextLength() {
        return contextLength;
    }
}
