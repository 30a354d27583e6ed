package io.github.jlamadsla.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.engine.StepPlan;
import io.github.jlamadsla.serve.FakeEngine.Ask;
import io.github.jlamadsla.serve.LengthCaps.LengthClass;

import static org.assertj.core.api.Assertions.assertThat;

/** The rules of beginning, of raising and of the global level, in simulated time. */
class ServeSchedulerTest {
    private static final long SECOND = 1_000_000_000L;

    /** Asks for a level at once, two levels a move. */
    private static LevelPolicy wants(int level) {
        return load -> new LevelMove(load.level().global(), level, "a test wants " + level);
    }

    private static List<Long> order(StepPlan plan) {
        return plan.entries().stream().map(StepPlan.Entry::sequence).toList();
    }

    @Test
    void higherPriorityThenEarlierDeadlineThenArrival() {
        FakeEngine engine = FakeSetup.adaptive(FakeSetup.STILL).engine();
        long first = engine.submit(Ask.of(10, 5));
        long later = engine.submit(Ask.of(10, 5).timeoutMillis(9_000));
        long sooner = engine.submit(Ask.of(10, 5).timeoutMillis(8_000));
        long high = engine.submit(Ask.of(10, 5).priority(1));
        long low = engine.submit(Ask.of(10, 5).priority(-1));
        engine.turn();
        assertThat(order(engine.lastPlan)).containsExactly(high, sooner, later, first, low);
    }

    @Test
    void aStepOfPriorityForEveryFiveSecondsOfWaiting() {
        FakeEngine engine = FakeSetup.adaptive(FakeSetup.STILL).engine();
        long old = engine.submit(Ask.of(10, 5).priority(-2));
        engine.now += 10 * SECOND - 1;
        long young = engine.submit(Ask.of(10, 5));
        engine.turn();
        assertThat(order(engine.lastPlan)).containsExactly(young, old);

        FakeEngine aged = FakeSetup.adaptive(FakeSetup.STILL).engine();
        long older = aged.submit(Ask.of(10, 5).priority(-2));
        aged.now += 10 * SECOND;
        long newer = aged.submit(Ask.of(10, 5));
        aged.turn();
        assertThat(order(aged.lastPlan)).containsExactly(older, newer);
    }

    @Test
    void lowPriorityDoesNotStarveUnderASteadyStreamOfHigher() {
        FakeEngine engine = FakeSetup.adaptive(FakeSetup.STILL).engine();
        long low = engine.submit(Ask.of(640, 5).priority(-1));
        for (int i = 0; i < 2_000 && engine.sequence(low) != null; i++) {
            engine.submit(Ask.of(64, 1).priority(1));
            engine.turn();
        }
        assertThat(engine.ends).containsEntry(low, "done");
    }

    /** What is small would fit beside the one that runs. */
    @Test
    void noneOfLowerRankOvertakesOneThatWaitsForMemory() {
        FakeEngine engine = FakeSetup.adaptive(FakeSetup.STILL).limit(6_600).engine();
        long running = engine.submit(Ask.of(500, 12));
        engine.turn();
        long large = engine.submit(Ask.of(1_000, 24).priority(1));
        long small = engine.submit(Ask.of(10, 2));
        engine.turn();
        assertThat(order(engine.lastPlan)).containsExactly(running);
        engine.drain();
        assertThat(new ArrayList<>(engine.ends.keySet())).containsExactly(running, large, small);
        assertThat(engine.ends.values()).containsOnly("done");
    }

    @Test
    void aNewRequestBeginsAtTheLeastOfGlobalLevelAndCapAndMayTakeAPrefixUpToItsCap() {
        LengthCaps caps = new LengthCaps(List.of(new LengthClass(0, .25), new LengthClass(100, .75)));
        FakeEngine engine = FakeSetup.of(LevelMode.adaptive(caps, FakeSetup.ANY, wants(3))).engine();
        engine.turn();
        engine.now += SECOND;
        engine.turn();
        assertThat(engine.scheduler().latest().load().level().global()).isEqualTo(3);
        long small = engine.submit(Ask.of(10, 5));
        long large = engine.submit(Ask.of(100, 5));
        long pinned = engine.submit(Ask.of(10, 5).pin(5));
        long asked = engine.submit(Ask.of(10, 5));
        engine.sequence(asked).asked = 4;
        engine.turn();
        engine.turn();
        engine.turn();
        assertThat(engine.levels).containsEntry(small, List.of(2)).containsEntry(large, List.of(3))
                .containsEntry(pinned, List.of(5)).containsEntry(asked, List.of(4));
    }

    @Test
    void levelsGoUpByTwoAtMostAndFallOnAnIdleServer() {
        FakeEngine engine = FakeSetup.adaptive(wants(5)).engine();
        engine.runFor(3_000);
        assertThat(engine.moves).extracting(LevelMove::to).containsExactly(2, 4, 5);

        boolean[] busy = {true};
        FakeEngine idle = FakeSetup.adaptive(load -> new LevelMove(load.level().global(),
                busy[0] ? 2 : load.level().global() - 1, "falls")).engine();
        idle.turn();
        busy[0] = false;
        assertThat(idle.scheduler().patience()).isEqualTo(SECOND);
        idle.runFor(5_000);
        assertThat(idle.moves).extracting(LevelMove::to).containsExactly(2, 1, 0);
        assertThat(idle.scheduler().patience()).isEqualTo(Long.MAX_VALUE);
        ServerSnapshot.Counts counts = idle.scheduler().latest().counts();
        assertThat(counts.moves()).isEqualTo(3);
        assertThat(counts.lastMove()).isEqualTo(new LevelMove(1, 0, "falls"));
    }

    @Test
    void decidesAtMostEveryFiftyMillisecondsUnlessSomethingIsStalled() {
        List<LoadSnapshot> seen = new ArrayList<>();
        FakeEngine engine = FakeSetup.adaptive(load -> {
            seen.add(load);
            return LevelMove.stay(load.level().global());
        }).engine();
        engine.submit(Ask.of(10, 200));
        engine.drain();
        for (int i = 1; i < seen.size(); i++) {
            assertThat(seen.get(i).now() - seen.get(i - 1).now()).isGreaterThanOrEqualTo(LoadWatch.PERIOD);
        }
        assertThat(seen).hasSizeGreaterThan(5).allMatch(load -> load.level().sinceUp() == Long.MAX_VALUE);
    }

    @Test
    void aPolicyOrAListenerThatFailsDoesNoHarm() {
        FakeEngine engine = FakeSetup.adaptive(load -> {
            throw new IllegalStateException("a policy's bug");
        }).engine();
        long id = engine.submit(Ask.of(10, 20));
        engine.drain();
        assertThat(engine.ends).containsEntry(id, "done");
        assertThat(engine.moves).isEmpty();
    }

    @Test
    void aClockThatJumpsBackDoesNotFreezeTheLevel() {
        FakeEngine engine = FakeSetup.adaptive(wants(6)).engine();
        engine.submit(Ask.of(10, 500));
        engine.turn();
        engine.now -= 3_600 * SECOND;
        engine.runFor(500);
        assertThat(engine.moves).extracting(LevelMove::to).containsExactly(2, 4, 6);
        engine.now += 3_600 * SECOND;
        engine.drain();
        assertThat(engine.ends.values()).containsOnly("done");
        assertThat(engine.scheduler().latest().load().queue().oldest()).isGreaterThanOrEqualTo(0);
    }

    @Test
    void whenMemoryIsShortTheLargestGainIsRaisedFirstOneLayerAStep() {
        FakeEngine engine = FakeSetup.adaptive(FakeSetup.STILL).limit(15_000).engine();
        long large = engine.submit(Ask.of(700, 300));
        long small = engine.submit(Ask.of(300, 300));
        while (engine.automaticRaises == 0) {
            engine.turn();
        }
        assertThat(engine.moves).isNotEmpty();
        assertThat(engine.levels.get(large)).containsExactly(0, 1);
        assertThat(engine.levels.get(small)).containsExactly(0);
        engine.drain();
        assertThat(engine.ends.values()).containsOnly("done");
        assertThat(engine.scheduler().latest().counts().raisedLayers()).isEqualTo(engine.automaticRaises);
    }

    @Test
    void prefixesGiveWayBeforeAnyoneIsRaised() {
        FakeEngine engine = FakeSetup.adaptive(FakeSetup.STILL).limit(60_000).engine();
        engine.prefixes = 55_000;
        engine.used = 55_000;
        long id = engine.submit(Ask.of(1_000, 50));
        while (engine.sequence(id) != null) {
            engine.turn();
        }
        assertThat(engine.automaticRaises).isZero();
        assertThat(engine.moves).isEmpty();
        assertThat(engine.prefixes).isLessThan(55_000);
    }

    @Test
    void aLengthClassRaisesAndTheGlobalLevelAloneDoesNot() {
        LengthCaps caps = new LengthCaps(List.of(new LengthClass(0, .5), new LengthClass(400, .75)));
        int[] wanted = {0};
        FakeEngine engine = FakeSetup.of(LevelMode.adaptive(caps, FakeSetup.ANY,
                load -> new LevelMove(load.level().global(), wanted[0], "a test"))).engine();
        long id = engine.submit(Ask.of(300, 200));
        engine.runFor(300);
        wanted[0] = 6;
        while (engine.sequence(id).length < 400) {
            engine.turn();
        }
        assertThat(engine.levels.get(id)).containsExactly(0);
        engine.turn();
        engine.turn();
        assertThat(engine.levels.get(id)).containsExactly(0, 1, 2);
        engine.drain();
        assertThat(engine.levels.get(id)).containsExactly(0, 1, 2, 3, 4, 5, 6);
    }

    @Test
    void withinOneClassLengthClassesRaiseNobodyHoweverShortMemoryIs() {
        FakeEngine engine = FakeSetup.of(LevelMode.lengthClasses(LengthCaps.PAPER, FakeSetup.ANY)).limit(9_000)
                .engine();
        for (int i = 0; i < 5; i++) {
            engine.submit(Ask.of(300, 100));
        }
        engine.drain();
        assertThat(engine.automaticRaises).isZero();
        assertThat(engine.ends.values()).hasSize(5).containsOnly("done");
    }

    @Test
    void aPausedRequestIsRaisedButItsTokensDoNotRun() {
        FakeEngine engine = FakeSetup.adaptive(wants(6)).limit(15_000).engine();
        long paused = engine.submit(Ask.of(700, 300));
        engine.now += SECOND;
        for (int i = 0; i < 12; i++) {
            engine.turn();
        }
        int position = engine.sequence(paused).position;
        engine.sequence(paused).paused = true;
        long other = engine.submit(Ask.of(900, 60));
        for (int i = 0; i < 1_000 && engine.sequence(other) != null; i++) {
            engine.turn();
        }
        assertThat(engine.ends).containsEntry(other, "done");
        assertThat(engine.sequence(paused).position).isEqualTo(position);
    }

    /** Cannot be raised, so each begins only with room for all of it at the level that it begins at. */
    @Test
    void inTheReleasedFormNobodyIsRaisedAndAllFit() {
        FakeEngine engine = FakeSetup.adaptive(wants(3)).model(FakeModel.USUAL.released()).limit(16_000).engine();
        for (int i = 0; i < 12; i++) {
            engine.submit(Ask.of(200 + 50 * i, 60));
        }
        engine.drain();
        assertThat(engine.ends.values()).hasSize(12).containsOnly("done");
        assertThat(engine.levels.values()).allMatch(levels -> levels.size() == 1);
        assertThat(engine.levels.values()).anyMatch(levels -> levels.equals(List.of(3)));
    }

    @Test
    void fixedModeNeitherMovesNorRaises() {
        FakeEngine engine = FakeSetup.of(LevelMode.fixed(2)).limit(20_000).engine();
        for (int i = 0; i < 10; i++) {
            engine.submit(Ask.of(400, 60));
        }
        engine.drain();
        assertThat(engine.moves).isEmpty();
        assertThat(engine.levels.values()).hasSize(10).containsOnly(List.of(2));
        assertThat(engine.ends.values()).containsOnly("done");
    }

    @Test
    void theSnapshotCountsWhatWaitsAndWhatRuns() {
        FakeEngine engine = FakeSetup.adaptive(FakeSetup.STILL).engine();
        engine.submit(Ask.of(10, 500));
        engine.turn();
        engine.submit(Ask.of(1_000, 5));
        engine.now += 2 * SECOND;
        engine.submit(Ask.of(400, 5));
        engine.turn();
        ServerSnapshot seen = engine.scheduler().latest();
        LoadSnapshot.Queue queue = seen.load().queue();
        assertThat(queue).isEqualTo(new LoadSnapshot.Queue(2, 1_400, 1_000, 2 * SECOND, 1));
        assertThat(seen.load().predictedSeconds()).hasSize(7).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThat(seen.prediction().seconds()).isPositive();
        assertThat(seen.memory().used()).isEqualTo(800);
        engine.drain();
        engine.turn();
        assertThat(engine.scheduler().latest().load().queue()).isEqualTo(new LoadSnapshot.Queue(0, 0, 0, 0, 0));
        assertThat(engine.scheduler().latest().prediction().requests()).isEqualTo(3);
        assertThat(engine.scheduler().latest().memory().used()).isZero();
    }

    @Test
    void atConstantLoadPredictionsOfTheFirstTokenAreNear() {
        FakeEngine engine = FakeSetup.adaptive(FakeSetup.STILL).engine();
        for (int i = 0; i < 100; i++) {
            engine.submit(Ask.of(300, 40));
            engine.runFor(400);
        }
        engine.drain();
        engine.turn();
        assertThat(engine.scheduler().latest().prediction().requests()).isGreaterThan(50);
        assertThat(engine.scheduler().latest().prediction().error()).isLessThan(.35);
    }

    @Test
    void aTimeoutEndsAWaitingRequest() {
        FakeEngine engine = FakeSetup.adaptive(FakeSetup.STILL).limit(6_600).engine();
        long running = engine.submit(Ask.of(900, 100));
        engine.turn();
        // Prompts of lower priority are not waited for, so it is taken; but there is no memory for it.
        long waiting = engine.submit(Ask.of(64, 100).priority(1).timeoutMillis(300));
        engine.drain();
        assertThat(engine.ends).containsOnly(Map.entry(running, "done"), Map.entry(waiting, "timeout"));
    }
}
