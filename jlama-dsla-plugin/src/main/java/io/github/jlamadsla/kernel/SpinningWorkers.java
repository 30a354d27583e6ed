package io.github.jlamadsla.kernel;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Daemon threads {@code jlamadsla-worker-1} to {@code threads - 1} that spin for a while before they park, so that work
 * is handed over in less than a microsecond while steps follow each other, and costs nothing when none do. Whoever is
 * free takes the next task: a thread that the system holds back delays nobody but its own task.
 */
public final class SpinningWorkers implements Workers {

    private static final int MAX_THREADS = 1024;
    /** Longer than the gaps between the stages of a step, shorter than a person would notice on an idle machine. */
    private static final long SPIN_NANOS = 100_000;
    private static final int SPINS_BETWEEN_CLOCKS = 64;

    private final Worker[] workers; // [threads - 1]
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile Job current = new Job(0, null);
    private volatile boolean closed;

    /**
     * @param threads how many tasks run at once, the caller's own thread counted; 1 to 1024
     */
    public SpinningWorkers(int threads) {
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException("threads must be 1 to " + MAX_THREADS + ", not " + threads);
        }
        workers = new Worker[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker(i + 1, current);
        }
        for (Worker worker : workers) {
            worker.thread.start();
        }
    }

    /** As many threads as there are physical cores that this process may use. */
    public static SpinningWorkers onPhysicalCores() {
        return new SpinningWorkers(Math.min(MAX_THREADS, CpuTopology.ofThisMachine().physicalCores()));
    }

    @Override
    public int threads() {
        return workers.length + 1;
    }

    @Override
    public void run(int tasks, Task task) {
        if (tasks < 0) {
            throw new IllegalArgumentException(tasks + " tasks");
        }
        if (!busy.compareAndSet(false, true)) {
            throw new IllegalStateException("these workers are at work for another caller or an enclosing task");
        }
        try {
            if (closed) {
                throw new IllegalStateException("these workers are closed");
            }
            Job job = new Job(tasks, task);
            if (tasks > 1) {
                current = job;
                int helpers = Math.min(tasks - 1, workers.length);
                for (int i = 0; i < helpers; i++) {
                    workers[i].wake();
                }
            }
            job.work(0);
            job.await();
            job.rethrow();
        } finally {
            busy.set(false);
        }
    }

    /** Ends the threads; tasks that run end first. */
    @Override
    public void close() {
        closed = true;
        for (Worker worker : workers) {
            worker.wake();
        }
        boolean interrupted = false;
        for (Worker worker : workers) {
            while (worker.thread.isAlive()) {
                try {
                    worker.thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Worker implements Runnable {

        private final int index;
        private final Thread thread;
        private Job last;
        private volatile boolean parked;

        Worker(int index, Job last) {
            this.index = index;
            this.last = last;
            this.thread = Thread.ofPlatform().daemon().name("jlamadsla-worker-" + index).unstarted(this);
        }

        /** After the new job or the end has been published: it sees that, or it has said that it parks. */
        void wake() {
            if (parked) {
                LockSupport.unpark(thread);
            }
        }

        @Override
        public void run() {
            while (!closed) {
                Job job = current;
                if (job == last) {
                    pause();
                } else {
                    last = job;
                    job.work(index);
                }
            }
        }

        private void pause() {
            long start = System.nanoTime();
            do {
                for (int i = 0; i < SPINS_BETWEEN_CLOCKS; i++) {
                    if (current != last || closed) {
                        return;
                    }
                    Thread.onSpinWait();
                }
            } while (System.nanoTime() - start < SPIN_NANOS);
            parked = true;
            while (current == last && !closed) {
                LockSupport.park(SpinningWorkers.this);
                // A task may have left the thread interrupted; park would then no longer wait.
                Thread.interrupted();
            }
            parked = false;
        }
    }

    /** The tasks of one run. A worker that comes late finds none left, and those of the next run in another job. */
    private static final class Job {

        private final int tasks;
        private final Task task;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private volatile Thread waiter;

        Job(int tasks, Task task) {
            this.tasks = tasks;
            this.task = task;
        }

        void work(int worker) {
            // Read first: a counter that every late worker raises could overflow in the end.
            while (next.get() < tasks) {
                int i = next.getAndIncrement();
                if (i >= tasks) {
                    return;
                }
                try {
                    task.run(i, worker);
                } catch (Throwable e) {
                    note(e);
                }
                if (done.incrementAndGet() == tasks && waiter != null) {
                    LockSupport.unpark(waiter);
                }
            }
        }

        private void note(Throwable e) {
            if (!failure.compareAndSet(null, e) && failure.get() != e) {
                failure.get().addSuppressed(e);
            }
        }

        void await() {
            long start = System.nanoTime();
            int spins = 0;
            while (done.get() < tasks) {
                Thread.onSpinWait();
                if (++spins % SPINS_BETWEEN_CLOCKS == 0 && System.nanoTime() - start > SPIN_NANOS) {
                    park();
                }
            }
        }

        private void park() {
            waiter = Thread.currentThread();
            boolean interrupted = false;
            while (done.get() < tasks) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        void rethrow() {
            switch (failure.get()) {
                case null -> {
                }
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new IllegalStateException("a task failed", e);
            }
        }
    }
}
