package io.github.jlamadsla.kernel;

/** Threads that live long and share out the tasks of one caller at a time. */
public interface Workers extends AutoCloseable {

    /** One task of a run. */
    @FunctionalInterface
    interface Task {

        /**
         * @param task 0 to tasks - 1, each exactly once
         * @param worker 0 to {@link Workers#threads()} - 1, the same for no two tasks that run at once: the index of
         *        per-thread scratch
         */
        void run(int task, int worker);
    }

    /** How many tasks run at once, the caller's own thread counted. */
    int threads();

    /**
     * Runs tasks 0 to {@code tasks - 1}, the caller taking part, and returns when all are done; what they wrote is
     * then visible to the caller. A task's exception is thrown here after the others have ended. Not for use from
     * several threads at once, nor from within a task.
     */
    void run(int tasks, Task task);

    @Override
    void close();

    /** The caller's thread alone. */
    static Workers callerOnly() {
        return new Workers() {
            @Override
            public int threads() {
                return 1;
            }

            @Override
            public void run(int tasks, Task task) {
                for (int i = 0; i < tasks; i++) {
                    task.run(i, 0);
                }
            }

            @Override
            public void close() {}
        };
    }
}
