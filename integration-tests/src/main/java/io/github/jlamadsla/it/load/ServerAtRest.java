package io.github.jlamadsla.it.load;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.serve.LoadSnapshot;
import io.github.jlamadsla.serve.ServerSnapshot;

/** Whether a server that has nothing to do says so: no request anywhere, no byte in use but those of cached prefixes. */
final class ServerAtRest {
    /** The end of the last request and the engine's next look at what there is are not the same moment. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private ServerAtRest() {}

    /**
     * @param refused requests that callers saw refused
     * @return what is not as it must be; empty if nothing
     */
    static String wrong(DslaRuntime runtime, long refused) {
        long begin = System.nanoTime();
        String wrong = now(runtime, refused);
        while (!wrong.isEmpty() && System.nanoTime() - begin < PATIENCE.toNanos()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            wrong = now(runtime, refused);
        }
        return wrong;
    }

    private static String now(DslaRuntime runtime, long refused) {
        ServerSnapshot load = runtime.load();
        LoadSnapshot.Queue queue = load.load().queue();
        boolean none = queue.requests() == 0 && queue.running() == 0 && queue.promptTokens() == 0
                && load.load().memory().stalled() == 0;
        boolean bytes = runtime.sequenceBytesInUse() == 0 && load.memory().pages() == 0 && load.memory().states() == 0
                && runtime.memoryBytesInUse() == load.memory().prefixes();
        return none && bytes && load.counts().allRefusals() == refused
                ? ""
                : "at rest: " + queue + ", " + load.load().memory() + ", " + load.memory() + ", "
                        + runtime.memoryBytesInUse() + " bytes in use, " + runtime.sequenceBytesInUse()
                        + " of sequences, refusals " + load.counts().refusals() + " of " + refused;
    }
}
