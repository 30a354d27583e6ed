package io.github.jlamadsla.serve;

import java.util.stream.IntStream;

import io.github.jlamadsla.engine.Footprint;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.SequenceBytes;
import io.github.jlamadsla.engine.SequenceView;
import io.github.jlamadsla.engine.StepPlan;

/**
 * What sequences take and may come to take, in bytes. Pure.
 *
 * @param bytes of a sequence by tokens and level
 * @param bounds levels that a request may be served at
 * @param canRaise whether running sequences can be raised: not in the released form
 * @param limit bytes of all sequences and prefixes together
 */
public record SequenceSizes(SequenceBytes bytes, LevelBounds bounds, boolean canRaise, long limit) {

    /**
     * Most bytes that a request may come to need.
     *
     * If it can be raised, that is on its way at the highest levels it is allowed: at a lower level it may hold more
     * for a while, and is raised when that is missing somewhere. A raise is worth while from one page to the next, so a
     * page of each layer that can be raised comes on top.
     *
     * @param pinned its level, or {@link GenerationRequest#UNPINNED}
     */
    long most(int prompt, int capacity, int pinned) {
        if (pinned != GenerationRequest.UNPINNED) {
            return bytes.of(capacity, pinned);
        }
        if (canRaise) {
            long most = Footprint.most(bytes, prompt, capacity, bounds::highest, bounds.borders());
            // Alone it needs no more than that: it begins at its highest level.
            return Math.max(most, Math.min(limit, most + pagesSavedBy(bounds.highest(capacity))));
        }
        return beginnings(prompt).mapToLong(level -> bytes.of(capacity, level)).filter(b -> b <= limit).max()
                .orElseGet(() -> bytes.of(capacity, bounds.highest(prompt)));
    }

    /** Of one page per layer, those that a level does without. */
    private long pagesSavedBy(int level) {
        return reserve() == 0 ? 0 : pages(bounds.order().bottom()) - pages(level);
    }

    private long pages(int level) {
        return bytes.of(1, level) - bytes.of(0, level);
    }

    /** Levels at which an unpinned request may begin, the lowest first. */
    private IntStream beginnings(int prompt) {
        return IntStream.rangeClosed(bounds.level(prompt, 0), bounds.highest(prompt));
    }

    /** The level that a sequence begins at. */
    int begin(SequenceView s, int global) {
        SequenceView.Levels levels = s.levels();
        if (levels.isPinned()) {
            return Math.max(levels.asked(), levels.pinned());
        }
        int level = Math.max(levels.asked(), bounds.level(s.length(), global));
        if (levels.fixed()) {
            return nearestThatFits(s, level);
        }
        // Even alone there would be no room to raise it.
        return s.terms().need() + reserve() > limit ? Math.max(level, bounds.highest(s.length())) : level;
    }

    /** What cannot be raised later has to fit from the beginning: as near to the level as does, the higher first. */
    private int nearestThatFits(SequenceView s, int level) {
        IntStream higher = IntStream.rangeClosed(level, Math.max(level, bounds.highest(s.length())));
        int lowest = Math.max(s.levels().asked(), bounds.level(s.length(), 0));
        IntStream lower = IntStream.iterate(level - 1, l -> l >= lowest, l -> l - 1);
        return IntStream.concat(higher, lower).filter(l -> bytes.of(s.capacity(), l) <= limit).findFirst()
                .orElse(level);
    }

    /**
     * Levels at which a cached prefix may lie with which a sequence begins.
     *
     * @param level that it begins at otherwise
     */
    StepPlan.Prefixes prefixes(SequenceView s, int level) {
        boolean exact = s.levels().isPinned() || s.levels().fixed() || bounds.fixed();
        return new StepPlan.Prefixes(exact ? level : Math.min(level, bounds.order().bottom()), highest(s, level));
    }

    /**
     * The highest level that a cached prefix may take a sequence to that begins.
     *
     * @param level that it begins at otherwise
     */
    private int highest(SequenceView s, int level) {
        if (s.levels().isPinned() || bounds.fixed()) {
            return level;
        }
        int highest = Math.max(level, bounds.highest(s.length()));
        while (s.levels().fixed() && bytes.of(s.capacity(), highest) > need(s, level)) {
            highest--;
        }
        return highest;
    }

    /**
     * Most bytes that a sequence may come to need.
     *
     * @param level its level, or the one to begin at
     */
    long need(SequenceView s, int level) {
        boolean beyond = level > bounds.highest(s.capacity()) || s.levels().fixed();
        long stays = beyond ? bytes.of(s.capacity(), level) : 0;
        return s.levels().fixed() ? stays : Math.max(s.terms().need(), stays);
    }

    /**
     * Bytes that a sequence takes more than now, at least 0, when tokens of it run.
     *
     * @param level that they run at
     */
    long growth(SequenceView s, int level, int tokens) {
        long held = s.state().begun() ? bytes.of(s.position(), s.levels().level()) : 0;
        return Math.max(0, bytes.of(s.position() + tokens, level) - held);
    }

    /** Bytes that a raise by one layer would free, less what it takes, if nobody shared its pages; 0 at the top. */
    long unsharedGain(SequenceView s) {
        int level = s.levels().level();
        return level < bounds.order().top() ? bytes.of(s.position(), level) - bytes.of(s.position(), level + 1) : 0;
    }

    /** Most tokens, up to those given, for which there is room. */
    int fitting(SequenceView s, int level, int tokens, long room) {
        if (growth(s, level, tokens) <= room) {
            return tokens;
        }
        int fits = 0;
        int tooMany = tokens;
        while (tooMany - fits > 1) {
            int middle = (fits + tooMany) >>> 1;
            if (growth(s, level, middle) <= room) {
                fits = middle;
            } else {
                tooMany = middle;
            }
        }
        return fits;
    }

    /** Bytes kept free so that a layer can always be raised: its states and window stand beside its pages meanwhile. */
    long reserve() {
        // Also where all begin at one level: a prefix may be of a lower one.
        boolean raises = canRaise && !bounds.fixed() && bounds.highest() > bounds.order().bottom();
        return raises ? statesOfALayer() : 0;
    }

    private long statesOfALayer() {
        int bottom = bounds.order().bottom();
        return bytes.of(0, bottom + 1) - bytes.of(0, bottom);
    }
}
