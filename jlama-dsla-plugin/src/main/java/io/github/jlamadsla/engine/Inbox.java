package io.github.jlamadsla.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Where requests come in: bounded in number and prompt tokens, from then on until they end. Also wakes the engine's
 * thread when there is news. Usable from any thread.
 */
final class Inbox {
    private final Admission admission;
    /** Released when there is news. */
    private final Semaphore news = new Semaphore(0);
    private final Set<Sequence> admitted = new LinkedHashSet<>();
    private final List<Sequence> arrived = new ArrayList<>();
    private long promptTokens; // of all that are admitted
    private RuntimeException closedBy;

    Inbox(Admission admission) {
        this.admission = admission;
    }

    /**
     * @throws RuntimeException as {@link Admission#admit} says
     * @throws IllegalStateException if it was closed
     */
    void put(Sequence s) {
        synchronized (this) {
            if (closedBy != null) {
                throw new IllegalStateException(closedBy.getMessage(), closedBy.getCause());
            }
            s.admitted(admission.admit(s.arrival(), new Admission.Queue(admitted.size(), promptTokens)));
            promptTokens += s.promptTokens();
            admitted.add(s);
            arrived.add(s);
        }
        wake();
    }

    /** What came since the last call, in order. */
    synchronized List<Sequence> take() {
        List<Sequence> taken = List.copyOf(arrived);
        arrived.clear();
        return taken;
    }

    /** Gives the room of a sequence that ended back. */
    synchronized void ended(Sequence s) {
        if (admitted.remove(s)) {
            promptTokens -= s.promptTokens();
        }
    }

    void wake() {
        news.release();
    }

    /** Waits for news, no longer than {@code nanos}; what was news until now is no news afterwards. */
    void await(long nanos) throws InterruptedException {
        if (nanos > 0 && !isClosed()) {
            news.tryAcquire(nanos, TimeUnit.NANOSECONDS);
        }
        news.drainPermits();
    }

    /** Lets nothing more in; the first cause stays. */
    void close(RuntimeException cause) {
        synchronized (this) {
            closedBy = closedBy == null ? cause : closedBy;
        }
        wake();
    }

    synchronized boolean isClosed() {
        return closedBy != null;
    }

    /** Why requests end that no fault of their own ends: a new exception for each. */
    synchronized IllegalStateException closedBy() {
        return new IllegalStateException(closedBy.getMessage(), closedBy.getCause());
    }
}
