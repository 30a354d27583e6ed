package io.github.jlamadsla.serve;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import io.github.jlamadsla.engine.EngineView;
import io.github.jlamadsla.engine.SequenceView;
import io.github.jlamadsla.memory.PrefixCache;

/**
 * Watches the load, lets the global level follow it, and publishes what it saw. Used by the engine's thread, but for
 * what it has published.
 */
final class LoadWatch {
    /** Nanoseconds between two decisions, unless something is stalled. */
    static final long PERIOD = 50_000_000L;

    private final Forecaster forecaster;
    private final GlobalLevel global;
    private final MemoryGrowth growth = new MemoryGrowth();
    private final BusyShare busy = new BusyShare(BusyShare.WINDOW);
    private final ForecastError error = new ForecastError();
    private long decided = -1; // steady nanoseconds, -1 before the first
    private long raisedLayers;
    private boolean idle = true;
    private volatile ServerSnapshot latest;
    private volatile Forecast forecast = Forecast.UNKNOWN;

    /**
     * What a view does not show.
     *
     * @param stalled requests that found no room
     * @param busy share of the last minutes in which there was a request
     */
    private record Recent(int stalled, double busy) {}

    /** @param limit bytes of the budget */
    LoadWatch(Forecaster forecaster, GlobalLevel global, long limit) {
        this.forecaster = forecaster;
        this.global = global;
        EngineView nothing = new EngineView(0, List.of(), new EngineView.Memory(limit, 0, 0, 0));
        publish(nothing, load(nothing, List.of(), 0, new Recent(0, 0)));
    }

    /** The latest; refusals are not in it. */
    ServerSnapshot latest() {
        return latest;
    }

    Forecast forecast() {
        return forecast;
    }

    void raised(int layers) {
        raisedLayers += layers;
    }

    /**
     * @param ranked all sequences, the first to be served first
     * @param time steady nanoseconds
     * @param held ids of those for which there was no room in the last plan
     */
    void look(EngineView view, List<SequenceView> ranked, Set<Long> ids, long time, Set<Long> held) {
        double share = busy.at(time, !ranked.isEmpty());
        error.look(ranked, ids, time);
        Predicate<SequenceView> stalls = s -> s.state() == SequenceView.State.STALLED || held.contains(s.id());
        int stalled = (int) ranked.stream().filter(stalls).count();
        boolean due = decided < 0 || time - decided >= PERIOD || stalled > 0;
        if (!due && idle == ranked.isEmpty() && !error.anyNew(ranked)) {
            return;
        }
        idle = ranked.isEmpty();
        growth.look(view.memory().used() - view.memory().prefixes(), time);
        Recent recent = new Recent(stalled, share);
        LoadSnapshot load = load(view, ranked, time, recent);
        if (due) {
            decided = time;
            load = global.follow(load, time) ? load(view, ranked, time, recent) : load;
        }
        forecast = forecaster.at(ranked, global.level());
        error.expect(ranked, forecast, view.now(), time);
        publish(view, load);
    }

    private void publish(EngineView view, LoadSnapshot load) {
        EngineView.Memory memory = view.memory();
        latest = new ServerSnapshot(load,
                new ServerSnapshot.Memory(memory.limit(), memory.pages(),
                        memory.used() - memory.prefixes() - memory.pages(), memory.prefixes()),
                error.prediction(load.predictedSeconds().get(load.level().global())),
                new ServerSnapshot.Counts(global.moves(), global.lastMove(), raisedLayers, Map.of()),
                PrefixCache.Counts.NONE);
    }

    private LoadSnapshot load(EngineView view, List<SequenceView> ranked, long time, Recent recent) {
        List<SequenceView> waiting = ranked.stream().filter(Forecaster::waits).toList();
        LoadSnapshot.Queue queue = new LoadSnapshot.Queue(waiting.size(),
                waiting.stream().mapToLong(SequenceView::promptLeft).sum(),
                waiting.stream().mapToInt(SequenceView::promptTokens).max().orElse(0),
                Math.max(0, waiting.stream().mapToLong(s -> view.now() - s.terms().submitted()).max().orElse(0)),
                ranked.size() - waiting.size());
        return new LoadSnapshot(view.now(), global.at(time), queue, new LoadSnapshot.Memory(view.memory().limit(),
                view.memory().free(), growth.bytesPerSecond(), recent.stalled()),
                forecaster.byLevel(ranked, global.top()), recent.busy());
    }
}
