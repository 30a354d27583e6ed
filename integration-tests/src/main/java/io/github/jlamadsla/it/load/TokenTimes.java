package io.github.jlamadsla.it.load;

import java.util.stream.IntStream;

import io.github.jlamadsla.engine.GenerationListener;

/** When a request's chunks and tokens were heard. Read after the request has ended, or {@link #tokens} at any time. */
final class TokenTimes implements GenerationListener {
    private final long[] chunks; // [chunk], nanoseconds
    private final long[] tokens; // [token]
    private int chunkCount;
    private volatile int tokenCount;

    /** @param most chunks, and tokens, that will be heard */
    TokenTimes(int most) {
        chunks = new long[most];
        tokens = new long[most];
    }

    @Override
    public void onPrefill(int done, int total) {
        chunks[chunkCount++] = System.nanoTime();
    }

    @Override
    public void onToken(int token, String text) {
        tokens[tokenCount] = System.nanoTime();
        tokenCount++;
    }

    /** Tokens heard so far. */
    int tokens() {
        return tokenCount;
    }

    /** When the first chunk had been read. */
    long firstChunk() {
        return chunks[0];
    }

    long firstToken() {
        return tokens[0];
    }

    long lastToken() {
        return tokens[tokenCount - 1];
    }

    /** Milliseconds between tokens, of the gaps whose middle lies in a span of time. */
    double[] gaps(long from, long to) {
        return IntStream.range(1, tokenCount).filter(i -> {
            long middle = tokens[i - 1] + (tokens[i] - tokens[i - 1]) / 2;
            return middle - from > 0 && to - middle > 0;
        }).mapToDouble(i -> 1e-6 * (tokens[i] - tokens[i - 1])).toArray();
    }

    /**
     * Milliseconds of each chunk.
     *
     * @param begin when the first one began
     */
    double[] chunks(long begin) {
        return IntStream.range(0, chunkCount).mapToDouble(i -> 1e-6 * (chunks[i] - (i == 0 ? begin : chunks[i - 1])))
                .toArray();
    }
}
