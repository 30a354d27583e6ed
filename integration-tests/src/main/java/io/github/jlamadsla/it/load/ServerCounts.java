package io.github.jlamadsla.it.load;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

import io.github.jlamadsla.engine.EngineObserver;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.StepReport;

/**
 * What the engine itself says became of its requests, to be compared with what their callers were told. An outcome is a
 * result or a failure: the engine says it once, one caller gets that very object. Thread-safe.
 */
final class ServerCounts implements EngineObserver {
    private final EngineObserver steps;
    private final Set<Object> untold = Collections.newSetFromMap(new IdentityHashMap<>());
    private long ended;
    private long failed;
    private long refused;
    private long doubled;

    /** @param steps hears of steps */
    ServerCounts(EngineObserver steps) {
        this.steps = steps;
    }

    /** Forgets all there was before. */
    synchronized void clear() {
        untold.clear();
        ended = 0;
        failed = 0;
        refused = 0;
        doubled = 0;
    }

    @Override
    public void stepped(StepReport report) {
        steps.stepped(report);
    }

    @Override
    public synchronized void ended(GenerationResult result) {
        ended++;
        outcome(result);
    }

    @Override
    public synchronized void failed(Throwable cause) {
        failed++;
        outcome(cause);
    }

    private void outcome(Object outcome) {
        doubled += untold.add(outcome) ? 0 : 1;
    }

    @Override
    public synchronized void refused(RuntimeException cause) {
        refused++;
    }

    /** A caller was told an outcome. */
    synchronized void told(Object outcome) {
        doubled += untold.remove(outcome) ? 0 : 1;
    }

    /**
     * Compares with the callers' counts, when none of them waits.
     *
     * @return what differs; empty if nothing
     */
    synchronized String difference(long callersEnded, long callersFailed, long callersRefused) {
        boolean same = ended == callersEnded && failed == callersFailed && refused == callersRefused;
        return same && untold.isEmpty() && doubled == 0
                ? ""
                : "the engine ended " + ended + ", failed " + failed + " and refused " + refused
                        + "; callers were told "
                        + callersEnded + ", " + callersFailed + " and " + callersRefused + "; " + untold.size()
                        + " outcomes reached no caller, " + doubled + " came twice or from nowhere";
    }
}
