package io.github.jlamadsla.it.serve;

import java.util.Set;

import io.github.jlamadsla.sampling.TokenMask;

/** Keeps an answer from ending before it has its length: then all servers make the same number of tokens. */
record NoEnd(Set<Integer> endTokens) implements TokenMask {
    @Override
    public void apply(float[] logits, int offset, int count) {
        endTokens.forEach(token -> logits[offset + token] = Float.NEGATIVE_INFINITY);
    }

    @Override
    public void accept(int token) {
        // Whatever came before, the end may not come next.
    }
}
