package io.github.jlamadsla.model;

/**
 * Sizes of an attention layer.
 *
 * @param hiddenSize width of its input and output
 * @param heads query heads
 * @param kvHeads key/value heads, a divisor of {@code heads}
 * @param headSize elements of a head
 */
public record AttentionShape(int hiddenSize, int heads, int kvHeads, int headSize) {

    /** Query heads per key/value head. */
    public int group() {
        return heads / kvHeads;
    }

    /** Elements of all query heads of a token. */
    public int queryWidth() {
        return heads * headSize;
    }

    /** Elements of all keys, or all values, of a token. */
    public int kvWidth() {
        return kvHeads * headSize;
    }

    /** Factor of the scores: headSize^-0.5. */
    public float scale() {
        return (float) (1 / Math.sqrt(headSize));
    }
}
