package io.github.jlamadsla.it.load;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;

/**
 * Mixed load for a time, and a {@link SoakSample} in a line after each round of it. Runs in a JVM of its own with a heap
 * of fixed size that is touched at start: then what the process holds in memory grows by nothing but leaks.
 */
public final class Soak {
    /** Begins the lines that are samples. */
    static final String MARK = "@sample ";
    /** What the JVM must be started with. */
    static final List<String> FLAGS = List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    private static final int CALLERS = 8;
    /** Fewer than the callers want: some requests are refused. */
    private static final int MOST_REQUESTS = 24;
    private static final int FIRST_TOKEN = 16;
    private static final Duration ROUND = Duration.ofSeconds(2);

    private Soak() {}

    /** @param arguments model directory, seconds */
    public static void main(String[] arguments) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(Long.parseLong(arguments[1])).toNanos();
        AtomicLong requests = new AtomicLong();
        try (DslaRuntime runtime = DslaRuntime.builder().modelDirectory(Path.of(arguments[0]))
                .maxQueuedRequests(MOST_REQUESTS).prefixCache(0).build();
                ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
            fullHouse(runtime, MOST_REQUESTS);
            for (int round = 0; end - System.nanoTime() > ROUND.toNanos(); round++) {
                long until = System.nanoTime() + ROUND.toNanos();
                List<Future<?>> callers = new ArrayList<>();
                for (int i = 0; i < CALLERS; i++) {
                    SoakCaller caller = new SoakCaller(runtime, new Random((long) round * CALLERS + i), requests);
                    callers.add(threads.submit(() -> caller.run(until)));
                }
                for (Future<?> caller : callers) {
                    caller.get();
                }
                System.out.println(MARK + SoakSample.now(requests.get(), runtime.sequenceBytesInUse()).line());
            }
        }
    }

    /**
     * As many requests as are let in, each held in its listener until all are there: threads that call listeners are
     * kept for a while, so from here on there are as many as there may be.
     */
    static void fullHouse(DslaRuntime runtime, int requests) {
        CountDownLatch all = new CountDownLatch(requests);
        List<GenerationHandle> handles = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            GenerationRequest request = GenerationRequest.builder().promptTokens(List.of(FIRST_TOKEN + i))
                    .maxOutputTokens(1).build();
            handles.add(runtime.submit(request, new GenerationListener() {
                @Override
                public void onPrefill(int done, int total) {
                    all.countDown();
                    try {
                        all.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }));
        }
        handles.forEach(GenerationHandle::await);
    }
}
