package io.github.jlamadsla.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.github.jlamadsla.engine.SequenceView;
import io.github.jlamadsla.engine.TokenShares;

/** Makes forecasts from measured step costs and the share of prompts that is read. Used by one thread. */
final class Forecaster {
    private final StepCosts costs;
    private final LevelBounds bounds;
    private final TokenShares shares;
    private final ReadShare share;

    Forecaster(StepCosts costs, LevelBounds bounds, int tokenBudget, ReadShare share) {
        this.costs = costs;
        this.bounds = bounds;
        this.shares = new TokenShares(tokenBudget);
        this.share = share;
    }

    /** Whether a sequence has no token yet. */
    static boolean waits(SequenceView s) {
        return s.length() == s.promptTokens();
    }

    /** @param ranked the first to be served first */
    Forecast at(List<SequenceView> ranked, int global) {
        List<Forecast.Waiting> waiting = ranked.stream().filter(Forecaster::waits)
                .map(s -> new Forecast.Waiting(s.terms().priority(), s.terms().submitted(), left(s),
                        promptSeconds(s, global)))
                .toList();
        Forecast.Decoding decoding = decoding(ranked);
        return new Forecast(waiting, decoding, curve(global), freePlace(ranked, waiting, decoding),
                costs.error().steps() > 0);
    }

    /**
     * Seconds to the first token of the last in the queue, by level from 0 to {@code top}. What waits would begin at
     * the level, within its bounds; what has begun stays at its own.
     */
    List<Double> byLevel(List<SequenceView> ranked, int top) {
        List<SequenceView> waiting = ranked.stream().filter(Forecaster::waits).toList();
        double beside = decoding(ranked).beside(waiting.stream().mapToLong(this::left).sum());
        return IntStream.rangeClosed(0, top)
                .mapToObj(level -> beside + waiting.stream().mapToDouble(s -> promptSeconds(s, level)).sum()).toList();
    }

    /** Prompt tokens that it has still to read, as far as is known: what has begun knows its prefix. */
    private int left(SequenceView s) {
        return s.state().begun() ? s.promptLeft() : ReadShare.tokens(s.promptTokens(), share.share());
    }

    private double promptSeconds(SequenceView s, int global) {
        int level = s.state().begun()
                ? s.levels().level()
                : s.levels().isPinned() ? s.levels().pinned() : bounds.level(s.length(), global);
        return seconds(level, s.promptTokens() - left(s), s.promptTokens());
    }

    /** Never negative or undefined, whatever has been measured. */
    private double seconds(int level, int from, int to) {
        double seconds = costs.seconds(level, from, to);
        return seconds > 0 ? seconds : 0;
    }

    private Forecast.Decoding decoding(List<SequenceView> ranked) {
        double step = 0;
        double left = 0;
        int count = 0;
        for (SequenceView s : ranked) {
            if (!waits(s)) {
                double row = Math.max(0, costs.addedSeconds(s.levels().level(), s.position()));
                step += row;
                left += row * (s.capacity() - s.length());
                count++;
            }
        }
        return new Forecast.Decoding(step, left, shares.ofPrompts(count));
    }

    private Forecast.Curve curve(int global) {
        List<Double> points = new ArrayList<>();
        for (int i = 0, tokens = Forecast.Curve.SHORTEST; i < Forecast.Curve.POINTS; i++, tokens *= 2) {
            points.add(seconds(bounds.level(tokens, global), tokens - ReadShare.tokens(tokens, share.share()), tokens));
        }
        return new Forecast.Curve(points, share.share());
    }

    /** Until the shortest of the answers has come to its length; it may end before. */
    private double freePlace(List<SequenceView> ranked, List<Forecast.Waiting> waiting,
            Forecast.Decoding decoding) {
        long tokens = waiting.stream().mapToLong(Forecast.Waiting::tokens).sum();
        double reading = waiting.stream().mapToDouble(Forecast.Waiting::seconds).sum();
        // A step without prompts takes as long as one sequence alone, and what the others add.
        double base = tokens > 0
                ? reading / Math.ceilDiv(tokens, decoding.promptShare())
                : ranked.stream().mapToDouble(s -> costs.decodeSeconds(s.levels().level(), s.position())).max()
                        .orElse(0);
        return (base + decoding.step()) * ranked.stream().mapToLong(s -> s.capacity() - s.length()
                + Math.ceilDiv(left(s), decoding.promptShare())).min().orElse(0);
    }
}
