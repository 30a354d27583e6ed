package io.github.jlamadsla.it.serve;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Places where servers run, each with processors of its own: one after another on a small machine, all at once on a
 * large one, which takes them in the same minutes.
 *
 * @param each processors of a lane, bound by Linux's {@code taskset}; 0 for one lane that nothing is bound to
 * @param processors of the machine
 */
record Lanes(int each, int processors) {
    Lanes {
        if (each < 0 || each > processors) {
            throw new IllegalArgumentException(
                    each + " processors for each server; allowed: 0 (not bound) to " + processors);
        }
    }

    /** How many servers run at once. */
    int count() {
        return each == 0 ? 1 : processors / each;
    }

    /** What comes before the command of a server in a lane. */
    List<String> launcher(int lane) {
        return each == 0 ? List.of() : List.of("taskset", "-c", lane * each + "-" + ((lane + 1) * each - 1));
    }

    /**
     * Does all jobs, as many at once as there are lanes.
     *
     * @param inLane does a job's work behind a launcher
     * @return what came out, in the order of the jobs
     */
    <J, R> List<R> run(List<J> jobs, Function<J, Function<List<String>, R>> inLane) {
        BlockingQueue<Integer> free = new LinkedBlockingQueue<>(IntStream.range(0, count()).boxed().toList());
        try (ExecutorService pool = Executors.newFixedThreadPool(count())) {
            return jobs.stream().map(job -> CompletableFuture.supplyAsync(() -> {
                // The pool has no more threads than there are lanes: one is always free.
                int lane = free.remove();
                try {
                    return inLane.apply(job).apply(launcher(lane));
                } finally {
                    free.add(lane);
                }
            }, pool)).toList().stream().map(CompletableFuture::join).toList();
        }
    }
}
