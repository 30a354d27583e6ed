package io.github.jlamadsla.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import io.github.jlamadsla.memory.LevelHistory;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.MemoryBudgetException;
import io.github.jlamadsla.memory.Prefix;
import io.github.jlamadsla.memory.PrefixCache;
import io.github.jlamadsla.memory.SequenceMemory;
import io.github.jlamadsla.memory.TokenChain;
import io.github.jlamadsla.model.HybridModel;

/**
 * How sequences begin with prefixes of earlier ones and leave theirs behind (DESIGN section 4, "Prefix reuse"). Used by
 * the engine's thread. Without a cache every sequence begins empty.
 */
final class PrefixReuse implements AutoCloseable {
    private final HybridModel model;
    private final MemoryBudget budget;
    private final PrefixCache cache;
    private final Set<Integer> stopTokens;
    private final Map<Long, Trail> trails = new HashMap<>(); // by id of the sequence

    /** What is known of a sequence's tokens, and how much of it has been handed to the cache. */
    private static final class Trail {
        private final TokenChain chain;
        private final SnapshotPoints points;
        private int blocks;

        Trail(TokenChain chain, SnapshotPoints points) {
            this.chain = chain;
            this.points = points;
        }
    }

    /**
     * @param cache or null for none
     * @param stopTokens that end an answer, and so a message in a prompt
     */
    PrefixReuse(HybridModel model, MemoryBudget budget, PrefixCache cache, Set<Integer> stopTokens) {
        this.model = model;
        this.budget = budget;
        this.cache = cache;
        this.stopTokens = stopTokens;
    }

    /**
     * Begins a sequence, with the longest prefix that is there and allowed, else empty at the planned level.
     *
     * @param others bytes that the sequences that have begun, or begin in the same step, may come to need
     * @param spare bytes that it may take now beyond those for its planned tokens
     * @return how many of them it does
     */
    long begin(Sequence s, StepPlan.Entry plan, long others, long spare, long now) {
        if (cache == null) {
            s.begin(model.newSequence(plan.level(), budget), LevelHistory.at(plan.level()), plan.level(), now);
            return 0;
        }
        Trail trail = trails.computeIfAbsent(s.id, _ -> new Trail(cache.chain(s.request.service().scope()),
                new SnapshotPoints(s.request.promptTokens(), stopTokens)));
        // The last token of the prompt must be run: the first output token comes from its logits.
        Prefix prefix = cache.find(trail.chain, s.tokens(), s.promptTokens() - 1,
                (position, history) -> usable(s, plan, history, others)
                        && extra(s, plan, position, history.level()) <= spare,
                plan.level());
        SequenceMemory memory = prefix == null ? null : open(prefix);
        if (memory == null) {
            s.begin(model.newSequence(plan.level(), budget), LevelHistory.at(plan.level()), plan.level(), now);
            cache.missed();
            return 0;
        }
        s.begin(memory, prefix.history(), plan.level(), now);
        s.admitted(need(s, plan, s.level()));
        trail.blocks = memory.position() / SnapshotPoints.BLOCK;
        return extra(s, plan, memory.position(), s.level());
    }

    /**
     * Bytes that it holds with a prefix after the step beyond those planned: what was free while the cache alone held
     * it no longer is.
     */
    private long extra(Sequence s, StepPlan.Entry plan, int position, int level) {
        int tokens = Math.min(plan.tokens(), s.promptTokens() - position);
        return Math.max(0, model.sequenceBytes(position + tokens, level)
                - model.sequenceBytes(Math.min(plan.tokens(), s.promptTokens()), plan.level()));
    }

    /** @return null if there is no room for the copies beside what they are copied from: it is read again then */
    private SequenceMemory open(Prefix prefix) {
        try {
            return cache.open(prefix);
        } catch (MemoryBudgetException e) {
            return null;
        }
    }

    private boolean usable(Sequence s, StepPlan.Entry plan, LevelHistory history, long others) {
        if (s.request.pinned()) {
            return history.equals(LevelHistory.at(plan.level()));
        }
        int level = history.level();
        boolean allowed = level <= plan.prefixes().highestLevel() && (level >= plan.level()
                || level >= plan.prefixes().lowestLevel() && model.canRaise());
        return allowed && (level == plan.level() || others + need(s, plan, level) + reserve() <= budget.limit());
    }

    /** Room in which a layer can be raised. */
    private long reserve() {
        int bottom = model.order().bottom();
        return model.canRaise() && model.order().top() > bottom
                ? model.sequenceBytes(0, bottom + 1) - model.sequenceBytes(0, bottom)
                : 0;
    }

    /** Most bytes that it may come to need if it begins at a level that is not the one planned. */
    private long need(Sequence s, StepPlan.Entry plan, int level) {
        if (level == plan.level()) {
            return s.need();
        }
        // From below it is raised, a layer at a time, some time while it reads its prompt.
        long most = level < plan.level()
                ? model.sequenceBytes(s.promptTokens(), level) + model.sequenceBytes(0, plan.level())
                : model.sequenceBytes(s.capacity(), level);
        return Math.max(s.need(), most);
    }

    /** Of the tokens planned for a sequence that has begun, those up to the prompt's end or a point to be kept. */
    int tokens(Sequence s, int planned) {
        int position = s.memory().position();
        int left = s.promptTokens() - position;
        if (left <= 0) {
            return planned;
        }
        int tokens = Math.min(planned, left);
        Trail trail = trails.get(s.id);
        boolean whole = trail == null || s.level() == 0;
        return whole ? tokens : Math.min(tokens, trail.points.next(position) - position);
    }

    /** Keeps what a step has added, before the sequence is raised or ends. */
    void ran(Sequence s) {
        Trail trail = trails.get(s.id);
        if (trail == null) {
            return;
        }
        SequenceMemory memory = s.memory();
        int blocks = memory.position() / SnapshotPoints.BLOCK;
        if (blocks > trail.blocks) {
            cache.keepBlocks(trail.chain, s.tokens(), memory, s.levelHistory(), trail.blocks);
            trail.blocks = blocks;
        }
        if (trail.points.contains(memory.position())) {
            cache.keepSnapshot(trail.chain, s.tokens(), memory, s.levelHistory());
        }
    }

    /** Keeps the point at which a sequence ends that has not failed. */
    void finished(Sequence s) {
        Trail trail = trails.get(s.id);
        if (trail != null && s.begun()) {
            cache.keepSnapshot(trail.chain, s.tokens(), s.memory(), s.levelHistory());
        }
    }

    /** Hears that a sequence has ended. */
    void ended(Sequence s) {
        trails.remove(s.id);
    }

    /** Bytes that sequences get when they need them. */
    long heldAlone() {
        return cache == null ? 0 : cache.heldAlone();
    }

    /** Of them, those of pages of keys and values. */
    long pagesHeldAlone() {
        return cache == null ? 0 : cache.pagesHeldAlone();
    }

    /** Logs what gave way in a step. */
    void report() {
        if (cache != null) {
            cache.report();
        }
    }

    @Override
    public void close() {
        if (cache != null) {
            cache.close();
        }
    }
}
