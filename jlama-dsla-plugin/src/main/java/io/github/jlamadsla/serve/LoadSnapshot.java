package io.github.jlamadsla.serve;

import java.util.List;

/**
 * What load there is: all that a {@link LevelPolicy} decides from. Times are nanoseconds unless their names say
 * otherwise.
 *
 * @param now of the engine's clock
 * @param level the global level, and when it moved
 * @param queue requests that wait for their first token
 * @param memory of the budget
 * @param predictedSeconds time to first token of the last in the queue, by level from 0 to the top: as if all that waits
 *        were read at that level
 * @param busy share of the last minutes in which there was a request, 0 to 1; see {@link BusyShare}
 */
public record LoadSnapshot(long now, Level level, Queue queue, Memory memory, List<Double> predictedSeconds,
        double busy) {
    public LoadSnapshot {
        predictedSeconds = List.copyOf(predictedSeconds);
    }

    /**
     * @param global the level now
     * @param top the highest that there is
     * @param sinceUp time since it last went up, {@link Long#MAX_VALUE} for never
     * @param sinceDown time since it last went down, {@link Long#MAX_VALUE} for never
     */
    public record Level(int global, int top, long sinceUp, long sinceDown) {}

    /**
     * @param requests that have no token yet, begun or not
     * @param promptTokens of their prompts, those not yet read
     * @param longestPrompt tokens of the longest of their prompts, 0 without one
     * @param oldest age of the oldest of them, 0 without one
     * @param running requests that decode
     */
    public record Queue(int requests, long promptTokens, int longestPrompt, long oldest, int running) {}

    /**
     * @param limit bytes that may be in use
     * @param free bytes that sequences may still take, those of prefixes in no use counted
     * @param growth bytes per second that sequences have lately taken more than given back
     * @param stalled requests that found no room for their next tokens
     */
    public record Memory(long limit, long free, double growth, int stalled) {}
}
