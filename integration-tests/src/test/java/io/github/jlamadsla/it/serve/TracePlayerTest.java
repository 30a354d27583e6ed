package io.github.jlamadsla.it.serve;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.jlamadsla.examples.StoryChat;
import io.github.jlamadsla.it.serve.Outcome.End;
import io.github.jlamadsla.serve.LevelMode;
import io.github.jlamadsla.text.ChatTurn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

/** What plays a trace, with a server that only pretends. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class TracePlayerTest {
    private static final Path DEMO = Path.of(System.getProperty("jlamadsla.demo.model"));

    /** Answers nothing before the last request has come, so that only an open loop gets an answer at all. */
    private static final class WaitsForAll implements ServedEngine {
        private final int all;
        private final List<Runnable> held = new ArrayList<>();
        private final List<Integer> cancelled = new CopyOnWriteArrayList<>();

        WaitsForAll(int all) {
            this.all = all;
        }

        @Override
        public Asked ask(TracePrompt prompt, TraceClock clock) {
            Heard heard = new Heard(prompt, clock);
            CompletableFuture<Outcome> outcome = new CompletableFuture<>();
            held.add(() -> {
                heard.token(1);
                heard.token(2);
                outcome.complete(heard.ended(End.ANSWERED, List.of(), ""));
            });
            if (held.size() == all) {
                held.forEach(Runnable::run);
            }
            return new Asked(heard, outcome, () -> cancelled.add(prompt.request().id()));
        }

        @Override
        public double predictionError() {
            return -1;
        }

        @Override
        public long bytesInUse() {
            return held.size();
        }

        @Override
        public void close() {}
    }

    /** Answers at once. */
    private static final class Prompt implements ServedEngine {
        @Override
        public Asked ask(TracePrompt prompt, TraceClock clock) {
            Heard heard = new Heard(prompt, clock);
            for (int i = 0; i < prompt.request().outputTokens(); i++) {
                heard.token(i);
            }
            return new Asked(heard, CompletableFuture.completedFuture(heard.ended(End.ANSWERED, List.of(), "")), () -> {
            });
        }

        @Override
        public double predictionError() {
            return -1;
        }

        @Override
        public long bytesInUse() {
            return 0;
        }

        @Override
        public void close() {}
    }

    @Test
    void requestsComeWhenTheTraceSaysHoweverManyWait() {
        List<TracePrompt> prompts = List.of(prompt(0, .05, 0), prompt(1, .2, .05), prompt(2, .6, 0));
        List<LoadSample> samples = new CopyOnWriteArrayList<>();
        WaitsForAll server = new WaitsForAll(3);
        TracePlayer player = new TracePlayer(server, new TraceClock(), samples::add);

        List<Outcome> outcomes = player.play(prompts);

        assertThat(outcomes).extracting(Outcome::id).containsExactly(0, 1, 2);
        assertThat(outcomes).allMatch(o -> o.end() == End.ANSWERED && o.answer().equals(List.of(1, 2)));
        assertThat(outcomes.get(0).submitted()).isGreaterThanOrEqualTo(.05);
        assertThat(outcomes.get(2).submitted()).isGreaterThanOrEqualTo(.6);
        assertThat(outcomes.get(0).firstToken()).isGreaterThanOrEqualTo(.6);
        assertThat(server.cancelled).containsExactly(1);
        assertThat(samples).anyMatch(sample -> sample.waiting() == 2 && sample.open() == 2);
        assertThat(samples.getLast().open()).isZero();
        assertThat(player.peakBytes()).isBetween(2L, 3L);
    }

    @Test
    void theCapacityIsThatOfAllAtOnceAndTimesAreThoseOfOneAlone() {
        ServedModel model = ServedModel.open(ServedModel.DEMO, DEMO);
        List<TraceRequest> mix = new TraceGenerator(1, model.context(), 1).requests(12);
        List<TraceRequest> sample = Calibration.sample(mix, 4);

        assertThat(sample).hasSize(4).isSortedAccordingTo((a, b) -> a.promptTokens() - b.promptTokens())
                .noneMatch(TraceRequest::cancelled);
        assertThat(Calibration.sample(mix, 100)).hasSize(12);
        assertThat(mix).noneMatch(request -> request.seed() == sample.getFirst().seed());
        Calibration calibration = Calibration.measure(new Prompt(), model, mix, 4);
        assertThat(calibration.capacity()).isPositive();
        assertThat(calibration.unloaded().points()).hasSize(6)
                .allMatch(point -> point.firstToken() > 0 && point.perToken() > 0)
                .last().matches(point -> point.promptTokens() > 7_900);
    }

    @Test
    void promptsHaveTheLengthsAskedFor() {
        ServedModel model = ServedModel.open(ServedModel.DEMO, DEMO);
        List<TraceRequest> requests = new ArrayList<>();
        int[] lengths = {150, 200, 260, 340, 420, 600, 1_000, 2_500, 8_000};
        for (int i = 0; i < lengths.length; i++) {
            requests.add(new TraceRequest(i, 0, lengths[i], 10, i, Phase.STEADY, 0, 0));
        }
        List<TracePrompt> prompts = model.prompts(requests);

        assertThat(prompts).isEqualTo(model.prompts(requests));
        for (int i = 0; i < lengths.length; i++) {
            assertThat(prompts.get(i).tokens().size()).isCloseTo(lengths[i], within(60)).isLessThan(8_100);
        }
        assertThat(model.endTokens()).isEqualTo(Set.of(2));
        assertThat(model.usualMemory()).isEqualTo(128L << 20);
    }

    @Test
    void contendersDifferInLevelsAlone() {
        assertThat(ServeContender.named("fixed-25").mode(8)).isEqualTo(LevelMode.fixed(2));
        assertThat(ServeContender.named("fixed-50").mode(30)).isEqualTo(LevelMode.fixed(15));
        assertThat(ServeContender.named("adaptive").mode(8)).isEqualTo(LevelMode.adaptive());
        assertThatThrownBy(() -> ServeContender.named("best")).hasMessageContaining("'best'; allowed: jlama, level-0");
    }

    private static TracePrompt prompt(int id, double arrival, double cancelAfter) {
        return new TracePrompt(new TraceRequest(id, arrival, 1, 2, id, Phase.STEADY, cancelAfter, 0), List.of(1),
                new StoryChat(List.of(ChatTurn.user("?")), "Yes."));
    }
}
