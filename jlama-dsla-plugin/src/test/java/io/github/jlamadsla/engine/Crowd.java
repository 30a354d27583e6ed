package io.github.jlamadsla.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;

/** Greedy requests from many threads at once, and whether each answer is the one that is given alone. */
final class Crowd {
    static final int CALLERS = 8;
    /** Requests of one caller that have not ended. */
    static final int IN_FLIGHT = 24;
    private static final String FAULT = "a callback that fails";

    private Crowd() {}

    /** What a caller does with a request besides waiting. */
    enum Deed {
        NOTHING, RAISE, CANCEL, THROW
    }

    /**
     * @param atToken the deed is done when this output token is heard, from 1; not done if the answer ends before
     * @param level that it is raised to
     */
    record Case(GenerationRequest request, Deed deed, int atToken, int level) {}

    /**
     * @param result null if it failed
     * @param heard tokens that the listener was told
     */
    record Outcome(Case test, GenerationResult result, Throwable failure, List<Integer> heard) {

        boolean raised() {
            return result != null && result.levels().size() > 1;
        }

        private boolean done(Deed deed) {
            return test.deed() == deed && heard.size() >= test.atToken();
        }
    }

    /** Counts the steps that four sequences and more had a part in. */
    static final class SharedSteps implements StepScheduler {
        private final StepScheduler scheduler;
        private final AtomicInteger count = new AtomicInteger();

        SharedSteps(StepScheduler scheduler) {
            this.scheduler = scheduler;
        }

        @Override
        public StepPlan schedule(EngineView view) {
            StepPlan plan = scheduler.schedule(view);
            count.addAndGet(plan.entries().size() >= 4 ? 1 : 0);
            return plan;
        }

        int count() {
            return count.get();
        }
    }

    /** All cases, shared out between the callers; ends when all have ended. */
    static List<Outcome> run(Engine engine, List<Case> cases) throws Exception {
        List<Future<List<Outcome>>> callers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
            for (int caller = 0; caller < CALLERS; caller++) {
                int first = caller;
                callers.add(threads.submit(() -> {
                    Semaphore room = new Semaphore(IN_FLIGHT);
                    List<CompletableFuture<Outcome>> own = new ArrayList<>();
                    for (int i = first; i < cases.size(); i += CALLERS) {
                        room.acquire();
                        own.add(start(engine, cases.get(i)));
                        own.getLast().whenComplete((_, _) -> room.release());
                    }
                    return own.stream().map(CompletableFuture::join).toList();
                }));
            }
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Future<List<Outcome>> caller : callers) {
            outcomes.addAll(caller.get());
        }
        return outcomes;
    }

    private static CompletableFuture<Outcome> start(Engine engine, Case test) {
        List<Integer> heard = new ArrayList<>();
        CompletableFuture<GenerationHandle> own = new CompletableFuture<>();
        GenerationHandle handle = engine.submit(test.request(), new GenerationListener() {
            @Override
            public void onToken(int token, String text) {
                heard.add(token);
                if (heard.size() == test.atToken()) {
                    switch (test.deed()) {
                        case NOTHING -> {
                        }
                        case RAISE -> own.join().raise(test.level());
                        case CANCEL -> own.join().cancel();
                        case THROW -> throw new IllegalArgumentException(FAULT);
                    }
                }
            }
        });
        own.complete(handle);
        return handle.result().handle((result, failure) -> new Outcome(test, result, failure, heard));
    }

    /**
     * Asserts that a request ended as it should, with the answer given alone with its level history.
     *
     * @param stopTokens of the engine
     */
    static void check(Outcome outcome, Alone alone, Set<Integer> stopTokens) {
        Case test = outcome.test();
        if (outcome.done(Deed.THROW)) {
            assertThat(outcome.failure()).hasRootCauseMessage(FAULT);
            assertThat(outcome.heard()).hasSize(test.atToken());
            return;
        }
        assertThat(outcome.failure()).isNull();
        GenerationResult result = outcome.result();
        if (outcome.done(Deed.CANCEL)) {
            assertThat(outcome.heard()).isEqualTo(result.tokens().subList(0, test.atToken()));
        } else {
            assertThat(result.finishReason()).isNotEqualTo(FinishReason.CANCELLED);
            assertThat(outcome.heard()).isEqualTo(result.tokens());
        }
        assertThat(result.tokens()).noneMatch(stopTokens::contains);
        int count = result.tokens().size();
        int stop = result.finishReason() == FinishReason.STOP ? 1 : 0;
        if (result.finishReason() == FinishReason.LENGTH) {
            assertThat(count).isEqualTo(test.request().maxOutputTokens());
        }
        List<Integer> expected = alone.answer(test.request().promptTokens(), result.levels(), count + stop);
        assertThat(result.tokens()).isEqualTo(expected.subList(0, count));
        assertThat(expected.subList(count, count + stop)).allMatch(stopTokens::contains);
    }
}
