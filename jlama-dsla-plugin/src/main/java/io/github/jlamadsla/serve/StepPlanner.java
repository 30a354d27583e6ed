package io.github.jlamadsla.serve;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

import io.github.jlamadsla.engine.EngineView;
import io.github.jlamadsla.engine.SequenceView;
import io.github.jlamadsla.engine.StepPlan;
import io.github.jlamadsla.engine.StepPlan.Entry;
import io.github.jlamadsla.engine.TokenShares;
import io.github.jlamadsla.engine.TokenShares.Share;

/** Plans one step from what there is: who begins, whose tokens run, who is raised. Pure. */
final class StepPlanner {
    /** In adaptive mode memory is short when less than this part of the budget is free. */
    private static final int SHORT_PART = 8;

    private final SequenceSizes sizes;
    private final TokenShares shares;

    /**
     * What is to be planned for.
     *
     * @param ranked all sequences, the first to be served first
     * @param memory bytes of the budget
     * @param global the level that the load asks for
     * @param entered whether a sequence has entered a length class and is to be raised for that
     */
    record Task(List<SequenceView> ranked, EngineView.Memory memory, int global, Predicate<SequenceView> entered) {

        Task at(int level) {
            return new Task(ranked, memory, level, entered);
        }
    }

    /**
     * @param held ids of those that could run but for memory
     * @param raised who is raised by a layer because memory is short
     */
    record Draft(StepPlan plan, Set<Long> held, Optional<SequenceView> raised) {

        /** Whether all that could run is held back. */
        boolean stuck() {
            return plan.entries().isEmpty() && !held.isEmpty();
        }
    }

    /** Tokens for which there is room, and who has none. */
    private record Fit(List<Share> shares, Set<Long> held, long room) {}

    StepPlanner(SequenceSizes sizes, int tokenBudget) {
        this.sizes = sizes;
        this.shares = new TokenShares(tokenBudget);
    }

    /** @param kept bytes that tokens leave free */
    Draft draft(Task task, long kept) {
        Fit fit = fit(task, task.memory().free() - kept);
        boolean stalled = task.ranked().stream().anyMatch(s -> s.state() == SequenceView.State.STALLED);
        boolean isShort = sizes.bounds().adaptive()
                && (stalled || !fit.held().isEmpty() || fit.room() < task.memory().limit() / SHORT_PART);
        Optional<SequenceView> raise = raise(task, s -> isShort || task.entered().test(s)
                ? sizes.bounds().level(s.length(), task.global())
                : s.levels().level());
        Optional<SequenceView> any = raise.isPresent() ? raise : catchUp(task, fit.room());
        return new Draft(new StepPlan(entries(task, fit.shares(), any), Math.max(0, fit.room())), fit.held(),
                raise.filter(s -> !task.entered().test(s)));
    }

    /** One that began with a prefix of a lower level than was planned for it, also where that frees nothing. */
    private Optional<SequenceView> catchUp(Task task, long room) {
        return sizes.reserve() == 0 || sizes.reserve() > task.memory().free()
                ? Optional.empty()
                : task.ranked().stream()
                        .filter(s -> RaiseChoice.may(s) && s.levels().level() < planned(s)
                                && room + Math.min(0, s.levels().nextGain()) >= 0)
                        .findFirst();
    }

    /** As far as its length still allows. */
    private int planned(SequenceView s) {
        return Math.min(s.levels().planned(), sizes.bounds().highest(s.length()));
    }

    /**
     * When nothing can run: a raise that frees nothing yet, because others share the pages. When all of them have let
     * go, the pages are free or belong to the prefix cache alone, which gives way. Without one, what was stuck.
     */
    Draft lettingGo(Task task, Draft stuck) {
        Optional<SequenceView> raise = raise(task, s -> sizes.bounds().level(s.length(), task.global()),
                sizes::unsharedGain);
        return raise.isEmpty()
                ? stuck
                : new Draft(new StepPlan(entries(task, List.of(), raise), 0), stuck.held(), raise);
    }

    /** Without looking at memory: who finds none waits, and if nobody finds any the engine lets the youngest go. */
    StepPlan regardless(Task task) {
        return new StepPlan(entries(task, shares.of(ready(task)), Optional.empty()), 0);
    }

    /** Whether a higher global level would let a sequence be raised. */
    boolean higherHelps(Task task) {
        return raise(task, s -> sizes.bounds().highest(s.length()),
                s -> Math.max(s.levels().nextGain(), sizes.unsharedGain(s))).isPresent();
    }

    private Optional<SequenceView> raise(Task task, ToIntFunction<SequenceView> due) {
        return raise(task, due, s -> s.levels().nextGain());
    }

    private Optional<SequenceView> raise(Task task, ToIntFunction<SequenceView> due,
            ToLongFunction<SequenceView> gain) {
        return sizes.reserve() == 0 || sizes.reserve() > task.memory().free()
                ? Optional.empty()
                : RaiseChoice.of(task.ranked(), due, gain);
    }

    /**
     * What has begun, and what may: a sequence begins when the budget has room for all that is running and it may come
     * to need; none of lower rank overtakes one that waits for that.
     */
    private List<SequenceView> ready(Task task) {
        List<SequenceView> ready = new ArrayList<>();
        long committed = task.ranked().stream().filter(s -> s.state().begun())
                .mapToLong(s -> sizes.need(s, s.levels().level())).sum();
        boolean lineMoves = true;
        for (SequenceView s : task.ranked()) {
            if (!s.state().begun()) {
                long need = sizes.need(s, sizes.begin(s, task.global()));
                lineMoves &= committed == 0 || committed + need + sizes.reserve() <= task.memory().limit();
                committed += need;
            }
            if ((s.state().begun() || lineMoves) && s.state().runnable()) {
                ready.add(s);
            }
        }
        return ready;
    }

    /** Shares cut to the room there is; once a prompt has to wait for memory no later one takes any. */
    private Fit fit(Task task, long free) {
        List<Share> fitting = new ArrayList<>();
        Set<Long> held = new HashSet<>();
        long room = free;
        boolean promptWaits = false;
        for (Share share : shares.of(ready(task))) {
            SequenceView s = share.sequence();
            int level = level(s, task.global());
            boolean prompt = s.promptLeft() > 0;
            int tokens = sizes.fitting(s, level, share.tokens(), prompt && promptWaits ? 0 : Math.max(0, room));
            if (tokens > 0) {
                fitting.add(new Share(s, tokens));
                room -= sizes.growth(s, level, tokens);
            } else {
                held.add(s.id());
            }
            promptWaits |= prompt && tokens < share.tokens();
        }
        return new Fit(fitting, held, room);
    }

    private int level(SequenceView s, int global) {
        return s.state().begun() ? s.levels().asked() : sizes.begin(s, global);
    }

    /** The raise first, since it takes before it gives; then tokens; then the owners' raises of those without any. */
    private List<Entry> entries(Task task, List<Share> fitting, Optional<SequenceView> raise) {
        Map<Long, Integer> tokens = new HashMap<>();
        fitting.forEach(share -> tokens.put(share.sequence().id(), share.tokens()));
        List<Entry> entries = new ArrayList<>();
        raise.ifPresent(s -> entries
                .add(new Entry(s.id(), s.levels().level() + 1, tokens.getOrDefault(s.id(), 0))));
        for (Share share : fitting) {
            SequenceView s = share.sequence();
            if (raise.filter(r -> r.id() == s.id()).isEmpty()) {
                int level = level(s, task.global());
                entries.add(s.state().begun()
                        ? new Entry(s.id(), level, share.tokens())
                        : new Entry(s.id(), level, sizes.prefixes(s, level), share.tokens()));
            }
        }
        for (SequenceView s : task.ranked()) {
            if (s.state().begun() && s.levels().asked() > s.levels().level() && !tokens.containsKey(s.id())) {
                entries.add(new Entry(s.id(), s.levels().asked(), 0));
            }
        }
        return entries;
    }
}
