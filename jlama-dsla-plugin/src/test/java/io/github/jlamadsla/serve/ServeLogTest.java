package io.github.jlamadsla.serve;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.github.jlamadsla.engine.EngineView;
import io.github.jlamadsla.serve.FakeEngine.Ask;
import io.github.jlamadsla.serve.LengthCaps.LengthClass;
import io.github.jlamadsla.testing.LogLines;

import static org.assertj.core.api.Assertions.assertThat;

/** What the server logs of its decisions, with the numbers that caused them, in simulated time. */
class ServeLogTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String CANNOT_FOLD = "INFO the checkpoint cannot fold: running requests stay at the level that they begin at";

    private final LogLines log = LogLines.of(ServeScheduler.class.getPackage());

    @AfterEach
    void close() {
        log.close();
    }

    private static List<String> lines(List<LevelMove> moves) {
        return moves.stream().map(m -> "INFO level " + m.from() + " -> " + m.to() + ": " + m.reason()).toList();
    }

    @Test
    void everyMoveHasALineWithTheNumbersThatCausedIt() {
        FakeEngine engine = FakeSetup.adaptive(AdaptivePolicy.DEFAULT).engine();
        for (int i = 0; i < 31; i++) {
            engine.submit(Ask.of(1_000, 20));
        }
        engine.turn();
        double predicted = engine.scheduler().latest().load().predictedSeconds().getFirst();
        assertThat(predicted).isBetween(10d, 30d);
        assertThat(log.all()).containsExactly("INFO level 0 -> 2: predicted time to first token "
                + Reasons.text("%.1f", predicted) + " s above 2.0 s (31 requests, 31,000 tokens)");
        engine.drain();
        engine.runFor(20 * 60_000);
        assertThat(engine.moves).extracting(LevelMove::cause).contains(LevelMove.Cause.LATENCY, LevelMove.Cause.CALM);
        assertThat(log.all()).isEqualTo(lines(engine.moves));
        assertThat(log.all().getLast()).matches("INFO level 1 -> 0: calm: predicted time to first token 0\\.0 s"
                + " \\(0 requests\\), free memory 100\\.0 %, busy \\d\\.\\d %");
    }

    @Test
    void aMoveForMemoryNamesWhatIsFreeAndWhoHasNoRoom() {
        FakeEngine engine = FakeSetup.adaptive(FakeSetup.STILL).limit(15_000).engine();
        engine.submit(Ask.of(700, 300));
        engine.submit(Ask.of(300, 300));
        EngineView.Memory memory = engine.view().memory();
        while (engine.moves.isEmpty()) {
            memory = engine.view().memory();
            engine.turn();
        }
        assertThat(log.starting("INFO level")).containsExactly("INFO level 0 -> 1: nothing can run: 2 requests without"
                + " room, " + memory.free() + " of 15000 bytes free");
        assertThat(memory.free()).isPositive();
        engine.drain();
        assertThat(log.starting("INFO level")).isEqualTo(lines(engine.moves));
    }

    @Test
    void raisesForMemoryAreAllCountedWithTheNumbersOfTheLatest() {
        FakeEngine engine = FakeSetup.adaptive(FakeSetup.STILL).limit(15_000).engine();
        engine.submit(Ask.of(700, 300));
        engine.submit(Ask.of(300, 300));
        Pattern form = Pattern.compile("INFO memory is short, (\\d+) of 15000 bytes free, (\\d) requests without room:"
                + " (\\d+) raises since the last such line, now request (\\d) from level (\\d)");
        int seen = 0;
        int counted = 0;
        long latest = 0;
        while (engine.alive() > 0) {
            EngineView.Memory memory = engine.view().memory();
            long time = engine.now;
            int before = engine.automaticRaises;
            engine.turn();
            List<String> lines = log.starting("INFO memory is short");
            if (lines.size() > seen) {
                Matcher line = form.matcher(lines.getLast());
                assertThat(line.matches()).as(lines.getLast()).isTrue();
                assertThat(engine.automaticRaises).isEqualTo(before + 1);
                counted += Integer.parseInt(line.group(3));
                assertThat(counted).isEqualTo(engine.automaticRaises);
                assertThat(Long.parseLong(line.group(1))).isEqualTo(memory.free());
                assertThat(engine.lastPlan.entries().getFirst().sequence()).isEqualTo(Long.parseLong(line.group(4)));
                assertThat(engine.lastPlan.entries().getFirst().level()).isEqualTo(1 + Integer.parseInt(line.group(5)));
                assertThat(seen == 0 || time - latest >= SECOND).as("one line a second").isTrue();
                seen = lines.size();
                latest = time;
            }
        }
        assertThat(seen).isBetween(2, engine.automaticRaises - 1);
    }

    @Test
    void refusalsAreCountedAndTheLatestSaysWhyAndWhenToTryAgain() {
        FakeEngine engine = FakeSetup.adaptive(FakeSetup.STILL).limits(2, 5_000).limit(60_000).engine();
        engine.submit(Ask.of(1_000, 50));
        engine.submit(Ask.of(1_000, 50));
        engine.turn();
        List<Ask> refused = List.of(Ask.of(10, 5), Ask.of(10, 6), Ask.of(10, 7));
        refused.forEach(ask -> assertThat(engine.submit(ask)).isEqualTo(-1));
        assertThat(log.all()).singleElement().asString()
                .startsWith("INFO 1 requests refused since the last such line, the latest: with this request 3 requests"
                        + " would not have ended; allowed: at most 2. Try again in ")
                .endsWith(engine.refusals.getFirst().getMessage());
        engine.drain();
        Stream.of(Ask.of(5_001, 5), Ask.of(1_000, 5).timeoutMillis(100), Ask.of(100, 100_000)).forEach(ask -> {
            engine.now += SECOND;
            assertThat(engine.submit(ask)).isEqualTo(-1);
        });
        assertThat(engine.refusals).hasSize(6);
        assertThat(log.all()).hasSize(4);
        assertThat(log.all().get(1))
                .startsWith("INFO 3 requests refused since the last such line, the latest: with this"
                        + " request 5001 prompt tokens would not have ended; allowed: at most 5000");
        assertThat(log.all().get(2)).startsWith("INFO 1 requests refused").contains("the first token is expected in")
                .contains("after the request's timeout of 0.1 s");
        assertThat(log.all().get(3)).startsWith("INFO 1 requests refused")
                .contains("a request of 100100 tokens at level 6 needs ").endsWith("allowed: at most 60000");
    }

    @Test
    void thatTheReleasedFormCannotFoldIsSaidOnceHoweverManyAreHeldAtTheirLevel() {
        FakeSetup setup = FakeSetup.adaptive(load -> new LevelMove(load.level().global(), 3, "a test"));
        FakeEngine engine = setup.model(FakeModel.USUAL.released()).limit(16_000).engine();
        int most = 0;
        for (int i = 0; i < 12; i++) {
            engine.submit(Ask.of(200 + 50 * i, 60));
        }
        while (engine.alive() > 0) {
            engine.turn();
            most = Math.max(most, engine.scheduler().latest().load().queue().requests());
        }
        assertThat(most).as("that wait for memory").isGreaterThan(2);
        assertThat(engine.levels.values()).hasSize(12).allMatch(levels -> levels.size() == 1);
        assertThat(log.starting(CANNOT_FOLD)).hasSize(1);
        assertThat(log.starting("INFO memory is short")).isEmpty();
    }

    @Test
    void theReleasedFormsLineIsSaidOnceToRequestsThatALengthClassWouldRaise() {
        LengthCaps caps = new LengthCaps(List.of(new LengthClass(0, .25), new LengthClass(220, .75)));
        LevelMode mode = LevelMode.lengthClasses(caps, FakeSetup.ANY);
        FakeEngine folding = FakeSetup.of(mode).engine();
        FakeEngine released = FakeSetup.of(mode).model(FakeModel.USUAL.released()).engine();
        for (int i = 0; i < 5; i++) {
            folding.submit(Ask.of(200, 60));
            released.submit(Ask.of(200, 60));
        }
        assertThat(log.all()).containsExactly(CANNOT_FOLD);
        folding.drain();
        released.drain();
        assertThat(folding.levels.values()).hasSize(5).allMatch(levels -> levels.getLast() == 6);
        assertThat(released.levels.values()).hasSize(5).containsOnly(List.of(2));
        assertThat(log.all()).containsExactly(CANNOT_FOLD);
    }

    @Test
    void usersCodeThatFailsIsNamed() {
        FakeEngine engine = FakeSetup.adaptive(_ -> {
            throw new IllegalStateException("a policy's bug");
        }).engine();
        engine.submit(Ask.of(10, 20));
        engine.turn();
        assertThat(log.all()).containsExactly("WARN the level stays 0, since its policy failed, 1 times since the last"
                + " such line: java.lang.IllegalStateException: a policy's bug");
    }
}
