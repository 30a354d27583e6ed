package io.github.jlamadsla.serve;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

import io.github.jlamadsla.engine.SequenceView;

/** Which sequence is raised by a layer: the one that frees most thereby. Pure. */
final class RaiseChoice {

    private RaiseChoice() {}

    /**
     * @param due level that a sequence may be raised to now
     * @param gain bytes that raising it by one layer frees, less what it takes
     * @return of those that are below it and free more than they take, or none; of equal ones the one that came first
     */
    static Optional<SequenceView> of(List<SequenceView> sequences, ToIntFunction<SequenceView> due,
            ToLongFunction<SequenceView> gain) {
        return sequences.stream()
                .filter(s -> may(s) && due.applyAsInt(s) > s.levels().level() && gain.applyAsLong(s) > 0)
                .max(Comparator.comparingLong(gain)
                        .thenComparingLong(s -> -s.id()));
    }

    /** Whether it may be raised on no one's wish. */
    static boolean may(SequenceView s) {
        SequenceView.Levels levels = s.levels();
        boolean ownersTurn = levels.asked() > levels.level();
        return s.state().begun() && !levels.isPinned() && !levels.fixed() && !ownersTurn;
    }
}
