package io.github.jlamadsla.serve;

import java.util.List;

/**
 * When first tokens will come, as far as is known now. Immutable, so that any thread may ask.
 *
 * @param waiting prompts that wait or are being read
 * @param decoding of requests that have their first token
 * @param prompts seconds of prompts by themselves, by length
 * @param freePlace seconds until a request ends
 * @param measured whether steps have been measured: before that it may be far off
 */
record Forecast(List<Waiting> waiting, Decoding decoding, Curve prompts, double freePlace, boolean measured) {
    /** Nothing is known, nobody waits. */
    static final Forecast UNKNOWN = new Forecast(List.of(), new Decoding(0, 0, 1), Curve.UNKNOWN, 0,
            false);

    Forecast {
        waiting = List.copyOf(waiting);
    }

    /**
     * @param submitted nanoseconds of the engine's clock
     * @param tokens left to read, without those that the prefix cache is expected to have
     * @param seconds that reading them takes by itself
     */
    record Waiting(int priority, long submitted, long tokens, double seconds) {}

    /**
     * @param step seconds that one row of each adds to a step that reads prompts
     * @param left seconds of all rows they may still need
     * @param promptShare prompt tokens that a step reads beside them, 1 or more
     */
    record Decoding(double step, double left, int promptShare) {

        /** Seconds that it adds while prompt tokens are read. */
        double beside(long tokens) {
            return Math.min(left, step * Math.ceilDiv(tokens, promptShare));
        }
    }

    /**
     * Seconds by prompt length.
     *
     * @param seconds at {@link #SHORTEST} tokens, twice as many, and so on, without what the prefix cache is expected to
     *        have of them
     * @param share of a prompt's tokens that is read, above 0 to 1
     */
    record Curve(List<Double> seconds, double share) {
        static final int SHORTEST = 64;
        static final int POINTS = 12;
        static final Curve UNKNOWN = new Curve(List.of(0d));

        Curve {
            seconds = List.copyOf(seconds);
        }

        /** Of prompts that are read whole. */
        Curve(List<Double> seconds) {
            this(seconds, 1);
        }

        /** Linear between the points and beyond the last, through nothing at 0 tokens. */
        double at(int tokens) {
            int before = 0;
            int point = SHORTEST;
            double low = 0;
            for (int i = 0; i < seconds.size(); i++, point *= 2) {
                double high = seconds.get(i);
                if (tokens <= point || i + 1 == seconds.size()) {
                    return low + (high - low) * (tokens - before) / (point - before);
                }
                before = point;
                low = high;
            }
            return low;
        }
    }

    /**
     * Seconds to the first token of a request that comes now: prompts of no lower priority are read before it, their
     * age counted as {@link Ranking} does.
     *
     * @param unseen requests taken since
     * @param now nanoseconds of the engine's clock
     */
    double firstToken(int priority, int promptTokens, List<Waiting> unseen, long now) {
        return own(promptTokens) + queue(priority, tokens(promptTokens), unseen, now);
    }

    /** Tokens of a prompt that are expected to be read. */
    int tokens(int promptTokens) {
        return ReadShare.tokens(promptTokens, prompts.share());
    }

    /** Seconds of a prompt by itself, as much of it as is expected to be read. */
    double own(int promptTokens) {
        return prompts.at(promptTokens);
    }

    /** Of them, those that go by before and beside its own reading. */
    private double queue(long priority, int own, List<Waiting> unseen, long now) {
        long tokens = own;
        double seconds = 0;
        for (List<Waiting> some : List.of(waiting, unseen)) {
            for (Waiting w : some) {
                if (Ranking.priority(w.priority(), w.submitted(), now) >= priority) {
                    tokens += w.tokens();
                    seconds += w.seconds();
                }
            }
        }
        return seconds + decoding.beside(tokens);
    }

    /**
     * Seconds to the first token of the last of those that wait with no lower priority than a request has come to.
     *
     * @param priority as {@link Ranking} has it now
     * @param now nanoseconds of the engine's clock
     */
    double firstTokenOfLast(long priority, long now) {
        return queue(priority, 0, List.of(), now);
    }
}
