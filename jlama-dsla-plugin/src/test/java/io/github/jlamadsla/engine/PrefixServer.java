package io.github.jlamadsla.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;

import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.PrefixCache;
import io.github.jlamadsla.testing.TestRig;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;

/** An engine with a prefix cache, every answer of which is compared with the one given alone. */
record PrefixServer(TestRig rig, MemoryBudget budget, PrefixCache cache, Engine engine) implements AutoCloseable {
    static final int STOP = 258;

    private static final FirstCome FIRST_COME = FirstCome.of(new QueueLimits(64, 1 << 20)).tokenBudget(100)
            .stopTokens(Set.of(STOP));

    /** @param around what the test has to do with the scheduler */
    static PrefixServer of(TestRig rig, TextCodec codec, PrefixCache cache, MemoryBudget budget, LevelRule rule,
            UnaryOperator<StepScheduler> around) {
        FirstCome firstCome = FIRST_COME.rule(rule);
        return new PrefixServer(rig, budget, cache, new Engine(rig.model, new StepRunner(rig.model, rig.workspace),
                budget, codec::decoder,
                firstCome.options(rig.model, budget, around.apply(firstCome.scheduler()), cache)));
    }

    /** Its answer, which is the one that is given alone. */
    GenerationResult ask(GenerationRequest.Builder builder) {
        GenerationRequest request = builder.build();
        GenerationResult result = engine.submit(request, GenerationListener.NONE).await();
        check(request, result);
        return result;
    }

    /** All at once; in the order given. */
    List<GenerationResult> askTogether(List<GenerationRequest> requests) {
        List<GenerationHandle> handles = requests.stream()
                .map(r -> engine.submit(r, GenerationListener.NONE)).toList();
        List<GenerationResult> results = handles.stream().map(GenerationHandle::await).toList();
        // Only now: the engine uses the same workers.
        for (int i = 0; i < results.size(); i++) {
            check(requests.get(i), results.get(i));
        }
        return results;
    }

    void check(GenerationRequest request, GenerationResult result) {
        int count = result.tokens().size();
        int stop = result.finishReason() == FinishReason.STOP ? 1 : 0;
        List<Integer> expected = new Alone(rig).answer(request.promptTokens(), result.levels(), count + stop);
        assertThat(result.tokens()).isEqualTo(expected.subList(0, count));
        assertThat(expected.subList(count, count + stop)).allMatch(token -> token == STOP);
    }

    @Override
    public void close() {
        engine.close();
        assertThat(budget.used()).isZero();
        assertThat(cache.counts().entries()).isZero();
    }

    static List<Integer> tokens(int seed, int count) {
        return new Random(seed).ints(count, 0, 256).boxed().toList();
    }

    @SafeVarargs
    static List<Integer> join(List<Integer>... parts) {
        return Arrays.stream(parts).flatMap(List::stream).toList();
    }

    static GenerationRequest.Builder request(List<Integer> prompt, int output) {
        return GenerationRequest.builder().promptTokens(prompt).maxOutputTokens(output);
    }

    static GenerationRequest.Builder pinned(List<Integer> prompt, int output, int level) {
        return request(prompt, output).level(level);
    }

    /** Tokens in memory when an answer has ended: its last token was not run, but for an end token. */
    static int inMemory(GenerationResult result) {
        return result.promptTokens() + result.tokens().size() - (result.finishReason() == FinishReason.STOP ? 0 : 1);
    }

    /** Allows every sequence a prefix of up to this level. */
    static UnaryOperator<StepScheduler> highest(int level) {
        return inner -> view -> new StepPlan(inner.schedule(view).entries().stream()
                .map(e -> new StepPlan.Entry(e.sequence(), e.level(),
                        new StepPlan.Prefixes(0, Math.max(level, e.level())), e.tokens()))
                .toList());
    }
}
