package io.github.jlamadsla.engine;

import java.time.Duration;
import java.util.List;

/**
 * How a generation ended.
 *
 * @param tokens output tokens, the end token not among them
 * @param text their text
 * @param finishReason why it ended
 * @param promptTokens tokens of the prompt
 * @param cachedTokens of them, those taken from the prefix cache instead of being read
 * @param levels the level history, at least one entry
 * @param timings what took how long
 * @param peakMemoryBytes most bytes the sequence held: KV pages, states, exact windows
 */
public record GenerationResult(List<Integer> tokens, String text, FinishReason finishReason, int promptTokens,
        int cachedTokens, List<LevelChange> levels, Timings timings, long peakMemoryBytes) {
    public GenerationResult {
        tokens = List.copyOf(tokens);
        levels = List.copyOf(levels);
    }

    /** The level the request ended at. */
    public int finalLevel() {
        return levels.getLast().level();
    }

    /**
     * @param queued from submission to the first step
     * @param prefill reading the prompt, the first token's choice included
     * @param decode from the first token to the last
     */
    public record Timings(Duration queued, Duration prefill, Duration decode) {

        /** From submission to the first token. */
        public Duration timeToFirstToken() {
            return queued.plus(prefill);
        }
    }
}
