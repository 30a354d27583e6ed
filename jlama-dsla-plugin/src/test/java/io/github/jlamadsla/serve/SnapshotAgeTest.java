package io.github.jlamadsla.serve;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.serve.FakeEngine.Ask;

import static org.assertj.core.api.Assertions.assertThat;

class SnapshotAgeTest {
    private static final long SECOND = 1_000_000_000L;

    /** At level 0, where nothing else asks for a look. */
    @Test
    void whileAllRequestsPauseItIsLookedAtEverySecond() {
        FakeEngine engine = FakeSetup.of(LevelMode.fixed(0)).engine();
        assertThat(engine.scheduler().patience()).isEqualTo(Long.MAX_VALUE);
        long id = engine.submit(Ask.of(100, 50));
        engine.runFor(200);
        engine.sequence(id).paused = true;
        assertThat(engine.sequence(id).length).isGreaterThan(100);
        engine.turn();
        assertThat(engine.scheduler().patience()).isEqualTo(SECOND);
        engine.runFor(5_000);
        assertThat(engine.now - engine.scheduler().latest().load().now()).isLessThanOrEqualTo(SECOND);
        engine.sequence(id).paused = false;
        engine.drain();
        engine.turn();
        assertThat(engine.scheduler().patience()).isEqualTo(Long.MAX_VALUE);
    }
}
