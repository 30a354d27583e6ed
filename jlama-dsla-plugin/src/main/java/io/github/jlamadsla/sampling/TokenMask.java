package io.github.jlamadsla.sampling;

/**
 * Says which tokens may come next, for output that must follow a grammar. One per request; called by the engine's
 * thread alone, between two steps, so it must be quick. What it throws ends its request and no other.
 */
public interface TokenMask {

    /**
     * Sets the logits of all tokens that may not come next to {@link Float#NEGATIVE_INFINITY}; leaves the others as
     * they are. Called once per token, before biases and penalties, with the logits as the model gave them.
     *
     * @param logits row of logits, written in place
     * @param offset where the row starts
     * @param count size of the vocabulary
     */
    void apply(float[] logits, int offset, int count);

    /**
     * Hears which token was chosen, once per token, after {@link #apply}. Tokens of the prompt are not told.
     *
     * @param token 0 to size of the vocabulary - 1
     */
    void accept(int token);
}
