package io.github.jlamadsla.serve;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.jlamadsla.engine.EngineView;
import io.github.jlamadsla.engine.SequenceView;
import io.github.jlamadsla.engine.StepPlan;
import io.github.jlamadsla.engine.StepReport;
import io.github.jlamadsla.engine.StepScheduler;

/**
 * Serves by priority, lets the level follow the load, and raises running requests where memory is short or their length
 * enters a class (DESIGN section 4, "Levels and load").
 *
 * Why nothing waits for ever: what runs can be brought to the highest level it is allowed, where all of it together fits
 * the budget, by raises for which a reserve is kept free.
 */
public final class ServeScheduler implements StepScheduler {
    private static final Logger LOG = LoggerFactory.getLogger(ServeScheduler.class);
    private static final long PATIENCE = 1_000_000_000L;

    private final SequenceSizes sizes;
    private final StepCosts costs;
    private final StepPlanner planner;
    private final GlobalLevel global;
    private final LoadWatch watch;
    private final ClassEntries entries;
    private final ReadShare share = new ReadShare();
    private final SteadyClock clock = new SteadyClock();
    private final LogLimit raisesLog = new LogLimit();
    private Set<Long> held = Set.of(); // ids, of the last plan
    private boolean idle = true;

    /**
     * @param tokenBudget most tokens of a step while fewer sequences than that decode, 1 or more
     * @param costs kept up to date from here on
     * @param listener hears of each move of the global level, on the engine's thread
     */
    public ServeScheduler(SequenceSizes sizes, int tokenBudget, StepCosts costs, Consumer<LevelMove> listener) {
        LevelBounds bounds = sizes.bounds();
        this.sizes = sizes;
        this.costs = costs;
        this.planner = new StepPlanner(sizes, tokenBudget);
        this.global = new GlobalLevel(bounds.adaptive() ? bounds.highest() : 0, bounds.policy(),
                listener);
        this.watch = new LoadWatch(new Forecaster(costs, bounds, tokenBudget, share), global, sizes.limit());
        this.entries = new ClassEntries(bounds);
        if (!sizes.canRaise() && bounds.order().top() > bounds.order().bottom()) {
            LOG.info("the checkpoint cannot fold: running requests stay at the level that they begin at");
        }
    }

    @Override
    public StepPlan schedule(EngineView view) {
        long time = clock.at(view.now());
        List<SequenceView> ranked = Ranking.of(view.sequences(), view.now());
        Set<Long> ids = new HashSet<>();
        view.sequences().forEach(s -> ids.add(s.id()));
        share.look(ranked, ids);
        watch.look(view, ranked, ids, time, held);
        idle = ranked.isEmpty();
        if (idle) {
            held = Set.of();
            return StepPlan.NOTHING;
        }
        StepPlanner.Draft draft = draft(view, ranked, ids, time);
        held = draft.held();
        logRaise(draft, view.memory(), time);
        return draft.plan();
    }

    private StepPlanner.Draft draft(EngineView view, List<SequenceView> ranked, Set<Long> ids, long time) {
        entries.look(ranked, ids, global.level());
        StepPlanner.Task task = new StepPlanner.Task(ranked, view.memory(), global.level(), entries::entered);
        StepPlanner.Draft draft = planner.draft(task, sizes.reserve());
        return draft.stuck() ? inNeed(task, draft, time) : draft;
    }

    /** Raises that the policy has not asked for; then the reserve; then someone gives way. */
    private StepPlanner.Draft inNeed(StepPlanner.Task task, StepPlanner.Draft stuck, long time) {
        StepPlanner.Task now = task;
        StepPlanner.Draft draft = planner.lettingGo(now, stuck);
        while (draft.stuck() && global.level() < global.top() && planner.higherHelps(now)) {
            global.rise(String.format(Locale.ROOT, "nothing can run: %d requests without room, %d of %d bytes free",
                    stuck.held().size(), task.memory().free(), task.memory().limit()), time);
            now = task.at(global.level());
            draft = planner.draft(now, sizes.reserve());
            draft = draft.stuck() ? planner.lettingGo(now, draft) : draft;
        }
        draft = draft.stuck() ? planner.draft(now, 0) : draft;
        return draft.stuck() ? new StepPlanner.Draft(planner.regardless(now), draft.held(), draft.raised()) : draft;
    }

    private void logRaise(StepPlanner.Draft draft, EngineView.Memory memory, long time) {
        if (draft.raised().isPresent()) {
            long raises = raisesLog.pass(time);
            if (raises > 0) {
                LOG.info("memory is short, {} of {} bytes free, {} requests without room: {} raises since the last such"
                        + " line, now request {} from level {}", memory.free(), memory.limit(), draft.held().size(),
                        raises, draft.raised().get().id(), draft.raised().get().levels().level());
            }
        }
    }

    @Override
    public void ran(StepReport report) {
        watch.raised(report.raises());
        if (!report.parts().isEmpty()) {
            share.ran(report.parts());
            costs.observe(report);
        }
    }

    /** The level falls on an idle server too, and requests are looked at while none can run. */
    @Override
    public long patience() {
        return global.level() > 0 || !idle ? PATIENCE : Long.MAX_VALUE;
    }

    /** What was seen last, but for refusals. Any thread. */
    public ServerSnapshot latest() {
        return watch.latest();
    }

    /** When first tokens will come. Any thread. */
    Forecast forecast() {
        return watch.forecast();
    }
}
