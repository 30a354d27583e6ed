package io.github.jlamadsla.serve;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.jlamadsla.serve.FakeEngine.Ask;

import static org.assertj.core.api.Assertions.assertThat;

/** The default policy in a running server: quick up, slow down, steady under a steady load. Simulated time. */
class ServeLoadTest {
    private static final long MINUTE = 60_000_000_000L;

    private static FakeEngine engine() {
        return FakeSetup.adaptive(AdaptivePolicy.DEFAULT).engine();
    }

    /** Submits at a steady rate. */
    private static void load(FakeEngine engine, Ask ask, long everyMillis, long minutes) {
        long end = engine.now + minutes * MINUTE;
        long next = engine.now;
        while (engine.now < end) {
            for (; next <= engine.now; next += everyMillis * FakeEngine.MILLI) {
                engine.submit(ask);
            }
            engine.turn();
        }
    }

    /** Level 0 reads such a prompt in 2.4 s, level 6 in 1.9 s. */
    @ParameterizedTest
    @ValueSource(longs = {1_800, 2_200, 2_400, 2_700, 10_000})
    void underAConstantLoadTheLevelMovesOnceInTenMinutesAtMost(long everyMillis) {
        FakeEngine engine = FakeSetup.adaptive(AdaptivePolicy.DEFAULT).limits(64, 1 << 20).engine();
        load(engine, Ask.of(3_000, 30), everyMillis, 5);
        int settled = engine.moves.size();
        load(engine, Ask.of(3_000, 30), everyMillis, 20);
        assertThat(engine.moves.size() - settled).as(engine.moves.toString()).isLessThanOrEqualTo(2);
    }

    @Test
    void aBurstTakesTheLevelUpAndQuietTakesItDownToNothing() {
        FakeEngine engine = engine();
        load(engine, Ask.of(100, 10), 5_000, 2);
        assertThat(engine.moves).isEmpty();
        for (int i = 0; i < 30; i++) {
            engine.submit(Ask.of(2_000, 20));
        }
        engine.runFor(1_000);
        assertThat(engine.moves).isNotEmpty().allMatch(m -> m.to() > m.from() && m.to() - m.from() <= 2);
        assertThat(engine.moves.getFirst().reason()).isNotBlank();
        engine.drain();
        int top = engine.scheduler().latest().load().level().global();
        assertThat(top).isPositive();
        engine.runFor(3 * 3_600_000L);
        assertThat(engine.scheduler().latest().load().level().global()).isZero();
    }

    /** No step is longer than a chunk and a raise, so that nobody is delayed by more than that. */
    @Test
    void aStepIsNeverLongerThanAChunkAndARaise() {
        FakeEngine engine = FakeSetup.adaptive(FakeSetup.STILL).limit(20_000).engine();
        for (int i = 0; i < 20; i++) {
            engine.submit(Ask.of(100 + 150 * i, 60));
        }
        FakeModel model = FakeModel.USUAL;
        double longest = model.stepSeconds() + model.raiseSeconds() + (64 + 20) * model.tokenSeconds(0, 3_000);
        while (engine.alive() > 0) {
            long before = engine.now;
            engine.turn();
            assertThat((engine.now - before) / 1e9).isLessThanOrEqualTo(longest);
        }
        assertThat(engine.automaticRaises).isPositive();
        assertThat(engine.ends.values()).hasSize(20).containsOnly("done");
    }

    @Test
    void theAuthorsRuleCannotBringTheServerToAStandstill() {
        FakeEngine engine = FakeSetup.of(LevelMode.adaptive(FakeSetup.WIDE, FakeSetup.ANY, new AuthorsRule(8)))
                .limit(9_000).engine();
        for (int i = 0; i < 20; i++) {
            engine.submit(Ask.of(100 + 40 * i, 60));
        }
        engine.drain();
        assertThat(engine.ends.values()).hasSize(20).containsOnly("done");
        assertThat(engine.moves).extracting(LevelMove::reason).asInstanceOf(
                InstanceOfAssertFactories.list(String.class))
                .anyMatch(reason -> reason.startsWith("nothing can run"));
    }
}
