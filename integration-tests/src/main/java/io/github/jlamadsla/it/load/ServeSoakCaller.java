package io.github.jlamadsla.it.load;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.RequestRejectedException;
import io.github.jlamadsla.engine.RequestTimeoutException;
import io.github.jlamadsla.it.load.SoakChats.Turn;

/**
 * A user of a server that has too much to do: chats that go on, each turn behind all that was said, some by a slow
 * consumer, some cancelled, some with a deadline that may pass. Used by one thread.
 */
final class ServeSoakCaller {
    private static final int IN_FLIGHT = 4;
    /** A request that has not ended after so long is lost: those that are not take a second or two. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final DslaRuntime runtime;
    private final SoakChats chats;
    private final Random random;
    private final SoakBooks books;
    private final SoakAnswers answers;
    private final Deque<Open> open = new ArrayDeque<>();
    private Place place;

    /**
     * Where a chat stands.
     *
     * @param said prompt tokens before the next turn
     * @param next turns from here on
     */
    private record Place(List<Integer> said, List<Turn> next) {
        Place after(List<Integer> more) {
            return new Place(more, next.subList(1, next.size()));
        }
    }

    private record Open(SoakRequest request, Place from, CompletableFuture<GenerationResult> end,
            SoakListener listener, long asked) {

        String what() {
            return "a request of " + request.prompt().size() + " prompt tokens and up to " + request.tokens()
                    + " output tokens, of which " + listener.heard() + " were heard, asked "
                    + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked) + " ms ago";
        }
    }

    ServeSoakCaller(DslaRuntime runtime, SoakChats chats, Random random, SoakBooks books, SoakAnswers answers) {
        this.runtime = runtime;
        this.chats = chats;
        this.random = random;
        this.books = books;
        this.answers = answers;
        this.place = new Place(List.of(), List.of());
    }

    /**
     * Asks until a time, then waits for what is open.
     *
     * @param until of {@link System#nanoTime}
     * @throws InterruptedException if interrupted while waiting
     * @throws IllegalStateException if a request fails
     */
    void run(long until) throws InterruptedException {
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
        if (place.next.isEmpty()) {
            place = new Place(List.of(), chats.draw(random));
        }
        Place from = place;
        Turn turn = from.next.getFirst();
        List<Integer> prompt = new ArrayList<>(from.said);
        prompt.addAll(turn.question());
        boolean goesOn = random.nextInt(3) == 0;
        SoakRequest asked = new SoakRequest(prompt,
                goesOn ? turn.answer() : 1 + random.nextInt(SoakChats.LONGEST_ANSWER), turn.stops(), turn.choice());
        SoakListener listener = new SoakListener(random.nextInt(15) == 0);
        GenerationHandle handle = runtime.submit(request(asked), listener);
        CompletableFuture<GenerationResult> end = handle.result().whenComplete((_, _) -> listener.onEnd());
        if (random.nextInt(10) == 0) {
            handle.cancel();
        }
        place = from.after(prompt);
        return new Open(asked, goesOn ? from : null, end, listener, System.nanoTime());
    }

    private GenerationRequest request(SoakRequest asked) {
        GenerationRequest.Builder request = GenerationRequest.builder().promptTokens(asked.prompt())
                .maxOutputTokens(asked.tokens()).stops(asked.stops()).sampling(asked.choice().parameters())
                .priority(random.nextInt(3) - 1);
        if (random.nextInt(4) == 0) {
            request.level(random.nextInt(runtime.topLevel() + 1));
        }
        if (random.nextInt(5) == 0) {
            request.scope("user " + random.nextInt(3));
        }
        if (random.nextInt(20) == 0) {
            request.timeout(Duration.ofMillis(50));
        }
        return request.build();
    }

    private void await(Open one) throws InterruptedException {
        try {
            long left = PATIENCE.toNanos() - (System.nanoTime() - one.asked);
            GenerationResult result = one.end.get(left, TimeUnit.NANOSECONDS);
            books.ended(result);
            note(one.listener.wrong(result), one);
            answers.add(one.request, result);
            if (one.from != null && one.request.tokens() == result.tokens().size()) {
                // The chat's next turn has the answer in it.
                List<Integer> said = new ArrayList<>(one.request.prompt());
                said.addAll(result.tokens());
                place = one.from.after(said);
            }
        } catch (TimeoutException e) {
            books.wrong("lost: " + one.what());
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof RequestTimeoutException)) {
                throw new IllegalStateException("a request failed: " + e.getCause(), e.getCause());
            }
            books.late(e.getCause());
            note(one.listener.wrong(), one);
        }
    }

    private void note(String wrong, Open one) {
        if (!wrong.isEmpty()) {
            books.wrong(wrong + ": " + one.what());
        }
    }
}
