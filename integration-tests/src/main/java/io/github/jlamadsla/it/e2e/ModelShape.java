package io.github.jlamadsla.it.e2e;

/**
 * Sizes of a Llama whose output matrix is its token embedding.
 *
 * @param name of the model, part of its directory's name
 * @param layers blocks
 * @param hidden width of a row
 * @param heads query heads
 * @param kvHeads key/value heads; divides heads
 * @param headSize width of a head, even
 * @param mlp width between the MLP's matrices
 * @param vocabulary tokens, at least {@link SyntheticTokenizer#MIN_VOCABULARY}
 * @param context most tokens of a request
 */
public record ModelShape(String name, int layers, int hidden, int heads, int kvHeads, int headSize, int mlp,
        int vocabulary,
        int context) {

    /**
     * The shape that DESIGN section 6 holds its numbers on: 145 M parameters in the layers. The embedding, tied so as
     * to count once, adds 33 M.
     */
    public static final ModelShape SHAPE_150M = new ModelShape("150m", 12, 1_024, 16, 4, 64, 3_072, 32_000, 32_768);

    /** For tests. A shorter context would make Jlama keep each token of each layer in a page of its own. */
    public static final ModelShape TINY = new ModelShape("tiny", 2, 128, 4, 2, 32, 256, 512, 8_192);

    public ModelShape {
        if (heads % kvHeads != 0 || headSize % 2 != 0 || vocabulary < SyntheticTokenizer.MIN_VOCABULARY) {
            throw new IllegalArgumentException("heads " + heads + ", kvHeads " + kvHeads + ", headSize " + headSize
                    + ", vocabulary " + vocabulary + "; allowed: kvHeads divides heads, headSize even, vocabulary "
                    + SyntheticTokenizer.MIN_VOCABULARY + " or more");
        }
    }

    /** Width of all queries of a row. */
    int queries() {
        return heads * headSize;
    }

    /** Width of all keys of a row, and of all values. */
    int keys() {
        return kvHeads * headSize;
    }

    /** Parameters of the layers' matrices, the embedding left out. */
    long layerParameters() {
        return (long) layers * hidden * (2L * queries() + 2L * keys() + 3L * mlp);
    }
}
