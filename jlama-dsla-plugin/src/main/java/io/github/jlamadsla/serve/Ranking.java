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

    private static long priority(SequenceView s, long now) {
        return s.terms().priority() + Math.max(0, now - s.terms().submitted()) / AGEING;
    }
}
