package io.github.jlamadsla.serve;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.engine.EngineObserver;
import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.LevelChange;
import io.github.jlamadsla.engine.StepReport;
import io.github.jlamadsla.serve.FakeEngine.Ask;
import io.github.jlamadsla.testing.Sneaky;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/** Checked exceptions of users' code, which other languages throw anywhere, do no more harm than unchecked ones. */
class UsersFaultsTest {
    private static final IOException CHECKED = new IOException("a user's");

    @Test
    void anObserversCheckedExceptionsAreLogged() {
        EngineObserver guarded = new GuardedObserver(new EngineObserver() {
            @Override
            public void stepped(StepReport report) {
                throw Sneaky.thrown(CHECKED);
            }

            @Override
            public void ended(GenerationResult result) {
                throw Sneaky.thrown(CHECKED);
            }

            @Override
            public void failed(Throwable cause) {
                throw Sneaky.thrown(CHECKED);
            }

            @Override
            public void refused(RuntimeException cause) {
                throw Sneaky.thrown(CHECKED);
            }
        }, () -> 0);
        GenerationResult.Timings none = new GenerationResult.Timings(Duration.ZERO, Duration.ZERO, Duration.ZERO);
        assertThatCode(() -> {
            guarded.stepped(new StepReport(List.of(), 0, 1));
            guarded.ended(new GenerationResult(List.of(), "", FinishReason.STOP, 1, 0, List.of(new LevelChange(0, 0)),
                    none, 0));
            guarded.failed(CHECKED);
            guarded.refused(new IllegalStateException("refused"));
        }).doesNotThrowAnyException();
    }

    @Test
    void aPolicysCheckedExceptionLeavesTheLevelAsItIs() {
        FakeEngine engine = FakeSetup.adaptive(_ -> {
            throw Sneaky.thrown(CHECKED);
        }).engine();
        long id = engine.submit(Ask.of(100, 10));
        engine.drain();
        assertThat(engine.ends).containsEntry(id, "done");
        assertThat(engine.scheduler().latest().load().level().global()).isZero();
    }

    @Test
    void aListenersCheckedExceptionDoesNotUndoTheMove() {
        GlobalLevel global = new GlobalLevel(3, load -> new LevelMove(load.level().global(), 2, "a test"), _ -> {
            throw Sneaky.thrown(CHECKED);
        });
        LoadSnapshot load = new LoadSnapshot(0, global.at(0), new LoadSnapshot.Queue(0, 0, 0, 0, 0),
                new LoadSnapshot.Memory(1, 1, 0, 0), List.of(0d, 0d, 0d, 0d), 0);
        assertThat(global.follow(load, 0)).isTrue();
        assertThat(global.level()).isEqualTo(2);
        assertThatCode(() -> global.rise("a test", 1)).doesNotThrowAnyException();
        assertThat(global.level()).isEqualTo(3);
    }
}
