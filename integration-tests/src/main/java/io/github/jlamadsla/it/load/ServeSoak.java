package io.github.jlamadsla.it.load;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.serve.AdaptivePolicy;
import io.github.jlamadsla.serve.LengthCaps;
import io.github.jlamadsla.serve.LengthCaps.LengthClass;
import io.github.jlamadsla.serve.LevelMode;
import io.github.jlamadsla.serve.QualityLimit;

/**
 * A server in adaptive mode with more to do than it can, for a time: see {@link ServeSoakCaller}. After each round, when
 * nothing runs, the books are balanced and a {@link SoakSample} is taken. Runs in a JVM as {@link Soak} does.
 */
public final class ServeSoak {
    /** Begins the last line: what was done. */
    static final String DONE = "@done ";
    private static final int CALLERS = 8;
    /** Seed of the chats. */
    private static final int CHATS = 1;
    /** Samples, with pauses, until buffers of files are there that stay, and those of loading are gone. */
    private static final int SETTLING = 3;
    private static final int SETTLING_MILLIS = 100;
    private static final String END = "<|end|>";
    private static final int MOST_REQUESTS = 24;
    /** Room for a few of the longest chats: prefixes give way, requests are raised, others wait. */
    private static final int CHATS_IN_BUDGET = 4;
    private static final int CHAT = 1_700;
    /** The tiny model has two layers, of which the paper's caps would never convert one. */
    private static final LengthCaps CAPS = new LengthCaps(List.of(new LengthClass(0, .5), new LengthClass(600, 1)));
    private static final Duration ROUND = Duration.ofSeconds(2);
    /** After each round, for finding out answers that are not known yet. */
    private static final Duration PAUSE = Duration.ofMillis(800);

    private ServeSoak() {}

    /** @param arguments model directory, seconds, number of steps after one of which allocated bytes are compared */
    public static void main(String[] arguments) throws Exception {
        Path model = Path.of(arguments[0]);
        long end = System.nanoTime() + Duration.ofSeconds(Long.parseLong(arguments[1])).toNanos();
        long budget = budget(model);
        SoakBytes bytes = new SoakBytes(budget, Integer.parseInt(arguments[2]));
        ServerCounts server = new ServerCounts(bytes);
        SoakBooks books = new SoakBooks(budget, server);
        SoakAnswers answers = new SoakAnswers();
        long gaveWay = 0;
        try (AloneAnswer alone = new AloneAnswer(model);
                DslaRuntime runtime = DslaRuntime.builder().modelDirectory(model)
                        .levelMode(LevelMode.adaptive(CAPS, QualityLimit.DEFAULT, AdaptivePolicy.DEFAULT))
                        .memoryLimit(budget).maxQueuedRequests(MOST_REQUESTS).observer(server).build();
                ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
            SoakChats chats = new SoakChats(new Random(CHATS), runtime.text().vocabularySize(),
                    runtime.text().tokenId(END));
            Soak.fullHouse(runtime, MOST_REQUESTS);
            server.clear();
            for (int i = 0; i < SETTLING; i++) {
                SoakSample.now(0, 0);
                Thread.sleep(SETTLING_MILLIS);
            }
            bytes.begin(runtime);
            for (int round = 0; end - System.nanoTime() > ROUND.toNanos(); round++) {
                long until = System.nanoTime() + ROUND.toNanos();
                List<Future<?>> callers = new ArrayList<>();
                for (int i = 0; i < CALLERS; i++) {
                    ServeSoakCaller caller = new ServeSoakCaller(runtime, chats,
                            new Random((long) round * CALLERS + i), books, answers);
                    callers.add(threads.submit(() -> {
                        caller.run(until);
                        return null;
                    }));
                }
                for (Future<?> caller : callers) {
                    caller.get();
                }
                String restless = ServerAtRest.wrong(runtime, books.refusals());
                if (!restless.isEmpty()) {
                    books.wrong(restless);
                }
                bytes.compare();
                if (!bytes.wrong().isEmpty()) {
                    books.wrong(bytes.wrong());
                }
                books.balance();
                answers.compare(alone, PAUSE);
                gaveWay = runtime.load().prefixes().evictions();
                System.out.println(Soak.MARK
                        + SoakSample.now(books.requests(), runtime.sequenceBytesInUse()).line());
            }
        }
        System.out.println(DONE + books + ", " + gaveWay + " prefixes gave way, " + answers + ", " + bytes);
    }

    private static long budget(Path model) {
        try (DslaRuntime runtime = DslaRuntime.builder().modelDirectory(model).warmUp(Duration.ZERO).build()) {
            return CHATS_IN_BUDGET * runtime.sequenceBytes(CHAT, 0);
        }
    }
}
