package io.github.jlamadsla.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.jlamadsla.engine.Crowd.Case;
import io.github.jlamadsla.engine.Crowd.Deed;
import io.github.jlamadsla.engine.Crowd.Outcome;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.TestKernels;
import io.github.jlamadsla.memory.PrefixCache;
import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many people at once, half of them with a common beginning: each answer is, token for token, the one that is given
 * alone with the same level history. Runs
 * {@value #IN_CI} requests per thread count, {@value #ALL} with the system property {@value #THOROUGH}.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ManyRequestsTest {
    private static final String THOROUGH = "jlamadsla.thorough";
    private static final int IN_CI = 700;
    private static final int ALL = 2_000;
    private static final int LONGEST_PROMPT = 4_000;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void everyAnswerIsTheOneGivenAlone(int threads, @TempDir Path directory) throws Exception {
        Path model = TestModels.llama().layers(4).context(LONGEST_PROMPT + 100).folding(2, 0, 3)
                .write(directory.resolve("model"));
        int count = Boolean.getBoolean(THOROUGH) ? ALL : IN_CI;
        try (TestRig rig = new TestRig(model, "dsla", KvPrecision.F16, TestKernels.vector(), threads);
                TestRig reference = new TestRig(model, "dsla", KvPrecision.F16, TestKernels.vector(), 1);
                TextCodec codec = TextCodec.open(model.resolve("tokenizer.json"))) {
            List<Outcome> outcomes;
            FirstCome firstCome = FirstCome.of(new QueueLimits(Crowd.CALLERS * Crowd.IN_FLIGHT, 1 << 22))
                    .rule(length -> length < 300 ? 0 : length < 1_500 ? 1 : 2).tokenBudget(128);
            Crowd.SharedSteps scheduler = new Crowd.SharedSteps(firstCome.scheduler());
            PrefixCache prefixes = new PrefixCache(rig.budget, PrefixCache.DEFAULT_SHARE, "many");
            EngineOptions options = firstCome.options(rig.model, rig.budget, scheduler, prefixes);
            try (Engine engine = new Engine(rig.model, new StepRunner(rig.model, rig.workspace), rig.budget,
                    codec::decoder, options)) {
                outcomes = Crowd.run(engine, cases(count, rig.model.config().vocabularySize(), threads));
            }
            assertThat(rig.budget.used()).isZero();
            assertThat(scheduler.count()).isGreaterThan(count / 10);
            assertThat(prefixes.counts().hits()).isGreaterThan(count / 10);
            Alone alone = new Alone(reference);
            outcomes.forEach(outcome -> Crowd.check(outcome, alone, Set.of()));
            assertThat(outcomes.stream().filter(Outcome::raised).count()).isGreaterThan(count / 20);
            assertThat(
                    outcomes.stream().filter(o -> o.result() != null).map(o -> o.result().tokens()).distinct().count())
                    .isGreaterThan(count / 3);
        }
    }

    private static List<Case> cases(int count, int vocabulary, long seed) {
        Random random = new Random(seed);
        int[] common = random.ints(LONGEST_PROMPT, 0, vocabulary).toArray();
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int prompt = (int) Math.round(Math.exp(random.nextDouble() * Math.log(LONGEST_PROMPT)));
            int output = 1 + random.nextInt(40);
            int[] tokens = random.ints(prompt, 0, vocabulary).toArray();
            if (random.nextBoolean()) {
                System.arraycopy(common, 0, tokens, 0, random.nextInt(prompt));
            }
            GenerationRequest.Builder request = GenerationRequest.builder()
                    .promptTokens(tokens).maxOutputTokens(output);
            if (random.nextInt(3) == 0) {
                request.level(random.nextInt(3));
            }
            Deed deed = Deed.values()[Math.max(0, random.nextInt(8) - 4)];
            cases.add(new Case(request.build(), deed, 1 + random.nextInt(output), 3));
        }
        return cases;
    }
}
