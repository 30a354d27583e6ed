package io.github.jlamadsla.it.load;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.RequestRejectedException;
import io.github.jlamadsla.engine.RequestTimeoutException;

/**
 * A user of a server that has too much to do: chats that go on, each turn behind all that was said, some by a slow
 * consumer, some cancelled, some with a deadline that may pass. Used by one thread.
 */
final class ServeSoakCaller {
    private static final int IN_FLIGHT = 4;
    private static final int LONGEST_CHAT = 1_200;
    private static final int LONGEST_TURN = 400;
    private static final int LONGEST_ANSWER = 40;
    private static final int FIRST_TOKEN = 16;
    /** One answer in so many is asked again alone. */
    private static final int CHECKED = 24;

    private final DslaRuntime runtime;
    private final Random random;
    private final SoakBooks books;
    private final Deque<Open> open = new ArrayDeque<>();
    private List<Integer> chat = List.of();

    private record Open(List<Integer> prompt, GenerationHandle handle, AtomicInteger heard, boolean checked) {}

    ServeSoakCaller(DslaRuntime runtime, Random random, SoakBooks books) {
        this.runtime = runtime;
        this.random = random;
        this.books = books;
    }

    /**
     * Asks until a time, then waits for what is open.
     *
     * @param until of {@link System#nanoTime}
     * @throws IllegalStateException if a request fails, or ends with other tokens than were heard
     */
    void run(long until) {
        while (until - System.nanoTime() > 0) {
            try {
                open.add(ask());
                books.asked();
            } catch (RequestRejectedException e) {
                books.refused();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            books.inUse(runtime.memoryBytesInUse());
            if (open.size() == IN_FLIGHT) {
                await(open.remove());
            }
        }
        while (!open.isEmpty()) {
            await(open.remove());
        }
    }

    private Open ask() {
        List<Integer> prompt = new ArrayList<>(chat);
        random.ints(1 + random.nextInt(LONGEST_TURN), FIRST_TOKEN, runtime.text().vocabularySize())
                .forEach(prompt::add);
        GenerationRequest.Builder request = GenerationRequest.builder().promptTokens(prompt)
                .maxOutputTokens(1 + random.nextInt(LONGEST_ANSWER)).priority(random.nextInt(3) - 1);
        if (random.nextInt(4) == 0) {
            request.level(random.nextInt(runtime.topLevel() + 1));
        }
        if (random.nextInt(5) == 0) {
            request.scope("user " + random.nextInt(3));
        }
        if (random.nextInt(20) == 0) {
            request.timeout(Duration.ofMillis(50));
        }
        AtomicInteger heard = new AtomicInteger();
        boolean slow = random.nextInt(15) == 0;
        GenerationHandle handle = runtime.submit(request.build(), new GenerationListener() {
            @Override
            public void onToken(int token, String text) {
                heard.incrementAndGet();
                if (slow) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
                }
            }
        });
        if (random.nextInt(10) == 0) {
            handle.cancel();
        }
        chat = prompt.size() > LONGEST_CHAT || random.nextInt(4) == 0 ? List.of() : prompt;
        return new Open(prompt, handle, heard, random.nextInt(CHECKED) == 0);
    }

    private void await(Open request) {
        try {
            GenerationResult result = request.handle.result().join();
            // One that is cancelled hears no more, while the step that runs may still add a token.
            boolean unheard = result.finishReason() == FinishReason.CANCELLED
                    ? result.tokens().size() < request.heard.get()
                    : result.tokens().size() != request.heard.get();
            if (unheard) {
                throw new IllegalStateException("an answer of " + result.tokens().size() + " tokens of which "
                        + request.heard.get() + " were heard");
            }
            books.ended(result);
            if (request.prompt.size() <= LONGEST_CHAT && random.nextInt(3) == 0) {
                // A chat's next turn has the answer in it.
                chat = new ArrayList<>(request.prompt);
                chat.addAll(result.tokens());
            }
            if (request.checked && result.finishReason() == FinishReason.LENGTH) {
                books.check(request.prompt, result);
            }
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof RequestTimeoutException)) {
                throw new IllegalStateException("a request failed: " + e.getCause(), e.getCause());
            }
            books.late();
        }
    }
}
