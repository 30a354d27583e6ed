package io.github.jlamadsla.it.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.DoubleStream;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;

/**
 * Runs streams one by one, together, and with a long prompt among them, all at level 0.
 *
 * @param streams requests at once
 * @param in tokens of each prompt
 * @param out tokens of each answer
 * @param longPrompt tokens of the prompt that comes in between
 */
record LoadTrial(DslaRuntime runtime, int streams, int in, int out, int longPrompt) {
    /** Ids below may be special. */
    private static final int FIRST_TOKEN = 16;
    /** The long prompt comes when every stream has this part of its answer. */
    private static final int CALM_PART = 4;
    private static final Duration POLL = Duration.ofMillis(1);

    private record Run(List<TokenTimes> times, List<List<Integer>> answers, double seconds) {}

    /**
     * @param round its number; each has prompts of its own
     * @throws IllegalStateException if an answer changes with what runs beside it, or is too short to measure
     */
    LoadRound round(int round) {
        List<GenerationRequest> requests = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            requests.add(request(in, out, (long) round * streams + i));
        }
        GenerationRequest longRequest = request(longPrompt, 1, -1 - round);
        Run alone = oneByOne(requests);
        Run together = together(requests);
        TokenTimes chunks = new TokenTimes(longPrompt);
        long begin = System.nanoTime();
        runtime.generate(longRequest, chunks);
        TokenTimes arrival = new TokenTimes(longPrompt);
        Run disturbed = disturbed(requests, longRequest, arrival);
        if (!alone.answers().equals(together.answers()) || !alone.answers().equals(disturbed.answers())) {
            throw new IllegalStateException("an answer is not the one given alone");
        }
        long first = together.times().stream().mapToLong(TokenTimes::firstToken).max().orElseThrow();
        long last = together.times().stream().mapToLong(TokenTimes::lastToken).min().orElseThrow();
        return new LoadRound(streams * out, alone.seconds(), together.seconds(), gaps(together.times(), first, last),
                // From the end of its first chunk on, so that each of these gaps is a step with a chunk.
                gaps(disturbed.times(), arrival.firstChunk(), arrival.firstToken()),
                Times.of(chunks.chunks(begin)));
    }

    private GenerationRequest request(int prompt, int output, long seed) {
        return GenerationRequest.builder().maxOutputTokens(output).level(0).promptTokens(new SplittableRandom(seed)
                .ints(prompt, FIRST_TOKEN, runtime.text().vocabularySize()).toArray()).build();
    }

    private Run oneByOne(List<GenerationRequest> requests) {
        long begin = System.nanoTime();
        List<List<Integer>> answers = requests.stream()
                .map(request -> runtime.generate(request, GenerationListener.NONE).tokens()).toList();
        return run(List.of(), answers, begin);
    }

    private Run together(List<GenerationRequest> requests) {
        long begin = System.nanoTime();
        List<TokenTimes> times = new ArrayList<>();
        List<GenerationHandle> handles = submit(requests, times);
        return run(times, handles.stream().map(handle -> handle.await().tokens()).toList(), begin);
    }

    /** @param arrival hears the long one */
    private Run disturbed(List<GenerationRequest> requests, GenerationRequest longRequest, TokenTimes arrival) {
        long begin = System.nanoTime();
        List<TokenTimes> times = new ArrayList<>();
        List<GenerationHandle> handles = submit(requests, times);
        while (times.stream().anyMatch(each -> each.tokens() < out / CALM_PART)) {
            LockSupport.parkNanos(POLL.toNanos());
        }
        GenerationHandle reading = runtime.submit(longRequest, arrival);
        List<List<Integer>> answers = handles.stream().map(handle -> handle.await().tokens()).toList();
        reading.await();
        if (times.stream().anyMatch(each -> each.lastToken() - arrival.firstToken() < 0)) {
            throw new IllegalStateException("a stream ended before the long prompt was read; give it more tokens");
        }
        return run(times, answers, begin);
    }

    private List<GenerationHandle> submit(List<GenerationRequest> requests, List<TokenTimes> times) {
        List<GenerationHandle> handles = new ArrayList<>();
        for (GenerationRequest request : requests) {
            times.add(new TokenTimes(in + out));
            handles.add(runtime.submit(request, times.getLast()));
        }
        return handles;
    }

    private Run run(List<TokenTimes> times, List<List<Integer>> answers, long begin) {
        double seconds = 1e-9 * (System.nanoTime() - begin);
        if (answers.stream().anyMatch(answer -> answer.size() != out)) {
            throw new IllegalStateException("an answer ended before it had " + out + " tokens");
        }
        return new Run(times, answers, seconds);
    }

    private static Times gaps(List<TokenTimes> streams, long from, long to) {
        return Times.of(streams.stream().flatMapToDouble(each -> DoubleStream.of(each.gaps(from, to))).toArray());
    }
}
