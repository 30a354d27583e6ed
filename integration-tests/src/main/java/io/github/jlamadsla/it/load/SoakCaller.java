package io.github.jlamadsla.it.load;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.RequestRejectedException;
import io.github.jlamadsla.engine.RequestTimeoutException;
import io.github.jlamadsla.sampling.SamplingParameters;

/** One of many who ask: everything that a request may meet with, at random. Used by one thread. */
final class SoakCaller {
    private static final int IN_FLIGHT = 4;
    private static final int LONGEST_PROMPT = 600;
    private static final int LONGEST_ANSWER = 48;
    private static final int FIRST_TOKEN = 16;
    private static final Duration TOO_SHORT = Duration.ofNanos(1);

    private final DslaRuntime runtime;
    private final Random random;
    private final AtomicLong ended;
    private final Deque<GenerationHandle> open = new ArrayDeque<>();

    /** What is done at some token. */
    private enum Deed {
        NOTHING, RAISE, CANCEL, THROW
    }

    private static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Fault() {
            super("a callback that fails");
        }
    }

    /** @param ended counts requests */
    SoakCaller(DslaRuntime runtime, Random random, AtomicLong ended) {
        this.runtime = runtime;
        this.random = random;
        this.ended = ended;
    }

    /**
     * Asks until a time, then waits for what is open.
     *
     * @param until of {@link System#nanoTime}
     * @throws IllegalStateException if a request fails with what it was not made to fail with
     */
    void run(long until) {
        while (until - System.nanoTime() > 0) {
            try {
                open.add(ask());
            } catch (RequestRejectedException e) {
                Thread.yield();
            }
            if (open.size() == IN_FLIGHT) {
                await(open.remove());
            }
        }
        while (!open.isEmpty()) {
            await(open.remove());
        }
    }

    private void await(GenerationHandle handle) {
        try {
            handle.result().join();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof Fault || e.getCause() instanceof RequestTimeoutException)) {
                throw new IllegalStateException("a request failed: " + e.getCause(), e.getCause());
            }
        }
        ended.incrementAndGet();
    }

    private GenerationHandle ask() {
        int output = 1 + random.nextInt(LONGEST_ANSWER);
        GenerationRequest.Builder request = GenerationRequest.builder().maxOutputTokens(output)
                .promptTokens(prompt());
        int level = random.nextInt(runtime.topLevel() + 1);
        if (random.nextInt(3) > 0) {
            request.level(level);
        }
        if (random.nextInt(3) == 0) {
            request.sampling(SamplingParameters.builder().temperature(1).topK(50).topP(0.95).repetitionPenalty(1.1)
                    .seed(random.nextLong()).build()).stops(List.of("]["));
        }
        if (random.nextInt(20) == 0) {
            request.timeout(TOO_SHORT);
        }
        Deed deed = Deed.values()[Math.max(0, random.nextInt(8) - 4)];
        CompletableFuture<GenerationHandle> own = new CompletableFuture<>();
        GenerationHandle handle = runtime.submit(request.build(), listener(deed, 1 + random.nextInt(output), own));
        own.complete(handle);
        return handle;
    }

    /** Log-uniform. */
    private int[] prompt() {
        int length = (int) Math.exp(random.nextDouble() * Math.log(LONGEST_PROMPT));
        return random.ints(length, FIRST_TOKEN, runtime.text().vocabularySize()).toArray();
    }

    private GenerationListener listener(Deed deed, int atToken, CompletableFuture<GenerationHandle> own) {
        return new GenerationListener() {
            private int heard;

            @Override
            public void onToken(int token, String text) {
                if (++heard == atToken) {
                    switch (deed) {
                        case NOTHING -> {
                        }
                        case RAISE -> own.join().raise(runtime.topLevel());
                        case CANCEL -> own.join().cancel();
                        case THROW -> throw new Fault();
                    }
                }
            }
        };
    }
}
