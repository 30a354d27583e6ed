package io.github.jlamadsla.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.jlamadsla.engine.Crowd.Case;
import io.github.jlamadsla.engine.Crowd.Deed;
import io.github.jlamadsla.engine.Crowd.Outcome;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.testing.TestRig;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link ManyRequestsTest} on a trained model: {@value #REQUESTS} pieces of a story and chats, at all of its levels.
 * Prompts of up to {@value #IN_CI} tokens, up to {@value #ALL} with the system property {@value #THOROUGH}.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ManyDemoRequestsTest {
    private static final String THOROUGH = "jlamadsla.thorough";
    private static final int REQUESTS = 200;
    private static final int IN_CI = 500;
    private static final int ALL = 4_000;
    private static final int SHORTEST = 8;
    private static final int LONGEST_ANSWER = 24;
    private static final int TOP = 6;
    private static final int END_OF_TEXT = 2;

    @Test
    void everyAnswerIsTheOneGivenAlone() throws Exception {
        int longest = Boolean.getBoolean(THOROUGH) ? ALL : IN_CI;
        Set<Integer> stopTokens = Set.of(END_OF_TEXT);
        try (TestRig rig = TestRig.demo("dsla", KvPrecision.F16);
                TextCodec codec = TextCodec.open(TestRig.demoModel().resolve("tokenizer.json"))) {
            FirstCome firstCome = FirstCome.of(new QueueLimits(REQUESTS, 1 << 22))
                    .rule(length -> length < longest / 4 ? 0 : length < longest / 2 ? 2 : 4).tokenBudget(256)
                    .stopTokens(stopTokens);
            Crowd.SharedSteps scheduler = new Crowd.SharedSteps(firstCome.scheduler());
            EngineOptions options = firstCome.options(rig.model, rig.budget, scheduler);
            List<Outcome> outcomes;
            try (Engine engine = new Engine(rig.model, new StepRunner(rig.model, rig.workspace), rig.budget,
                    codec::decoder, options)) {
                outcomes = Crowd.run(engine, cases(new DemoPrompts(TestRig.demoModel(), codec), longest));
            }
            assertThat(rig.budget.used()).isZero();
            assertThat(scheduler.count()).isGreaterThan(REQUESTS / 10);
            Alone alone = new Alone(rig);
            outcomes.forEach(outcome -> Crowd.check(outcome, alone, stopTokens));
            assertThat(outcomes).hasSize(REQUESTS);
            assertThat(outcomes.stream().filter(Outcome::raised).count()).isGreaterThan(REQUESTS / 20);
            assertThat(outcomes.stream().filter(o -> o.result() != null)
                    .flatMap(o -> o.result().levels().stream().map(LevelChange::level)).distinct())
                    .contains(0, 1, 2, 3, 4, 5, 6);
        }
    }

    private static List<Case> cases(DemoPrompts prompts, int longest) throws IOException {
        Random random = new Random(1);
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            int length = (int) Math.round(SHORTEST
                    * Math.exp(random.nextDouble() * Math.log((double) longest / SHORTEST)));
            int output = 1 + random.nextInt(LONGEST_ANSWER);
            GenerationRequest.Builder request = GenerationRequest.builder().promptTokens(prompts.next(random, length))
                    .maxOutputTokens(output);
            int level = random.nextInt(TOP + 1);
            boolean pinned = random.nextInt(3) > 0;
            if (pinned) {
                request.level(level);
            }
            Deed deed = Deed.values()[Math.max(0, random.nextInt(8) - 4)];
            int raised = pinned ? level + random.nextInt(TOP + 1 - level) : TOP;
            cases.add(new Case(request.build(), deed, 1 + random.nextInt(output), raised));
        }
        return cases;
    }
}
