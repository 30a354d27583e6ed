package io.github.jlamadsla.serve;

import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.jlamadsla.engine.EngineObserver;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.StepReport;

/** An observer that does no harm: whatever it throws, checked or not, is logged. */
public final class GuardedObserver implements EngineObserver {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedObserver.class);

    private final EngineObserver observer;
    private final LongSupplier nanoClock;
    private final LogLimit log = new LogLimit();

    /** @param nanoClock time in nanoseconds */
    public GuardedObserver(EngineObserver observer, LongSupplier nanoClock) {
        this.observer = observer;
        this.nanoClock = nanoClock;
    }

    @Override
    public void stepped(StepReport report) {
        guard(() -> observer.stepped(report));
    }

    @Override
    public void ended(GenerationResult result) {
        guard(() -> observer.ended(result));
    }

    @Override
    public void failed(Throwable cause) {
        guard(() -> observer.failed(cause));
    }

    @Override
    public void refused(RuntimeException cause) {
        guard(() -> observer.refused(cause));
    }

    private void guard(Runnable call) {
        try {
            call.run();
        } catch (Throwable e) { // checked ones too: not every language checks
            long failures = log.pass(nanoClock.getAsLong());
            if (failures > 0) {
                LOG.warn("an engine's observer failed {} times since the last such line, the latest: {}", failures,
                        e.toString(), e);
            }
        }
    }
}
