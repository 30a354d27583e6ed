package io.github.jlamadsla.serve;

import java.util.Comparator;
import java.util.List;

import io.github.jlamadsla.engine.SequenceView;

/**
 * Who comes first: the higher priority, then the earlier deadline, then who came first. Each {@link #AGEING} since a
 * request was submitted counts as one step of priority, so that none starves; also after its first token, so that none
 * falls back behind those it came before. Pure.
 */
final class Ranking {
    /** Nanoseconds of age that are worth one step of priority. */
    static final long AGEING = 5_000_000_000L;

    private Ranking() {}

    /** @param now nanoseconds of the engine's clock */
    static List<SequenceView> of(List<SequenceView> sequences, long now) {
        Comparator<SequenceView> order = Comparator.comparingLong((SequenceView s) -> -priority(s, now));
        return sequences.stream().sorted(order.thenComparingLong(s -> s.terms().deadline())
                .thenComparingLong(SequenceView::id)).toList();
    }

    /** What a sequence's priority has come to. */
    static long priority(SequenceView s, long now) {
        return priority(s.terms().priority(), s.terms().submitted(), now);
    }

    /**
     * What a request's priority has come to.
     *
     * @param submitted nanoseconds of the engine's clock
     */
    static long priority(int priority, long submitted, long now) {
        return priority + Math.max(0, now - submitted) / AGEING;
    }
}
