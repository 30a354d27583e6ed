package io.github.jlamadsla.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Order and ends of one request's events. A listener blocks while its task has not been run. */
class RequestEventsTest {
    private static final Error NO_THREAD = new Error("unable to create native thread");
    private static final GenerationResult ANSWER = new GenerationResult(List.of(), "", FinishReason.LENGTH, 1, 0,
            List.of(new LevelChange(0, 0)),
            new GenerationResult.Timings(Duration.ZERO, Duration.ZERO, Duration.ZERO), 0);

    private final List<Integer> heard = new ArrayList<>();
    private final AtomicInteger wakes = new AtomicInteger();
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Deque<Runnable> later = new ArrayDeque<>();

    private RequestEvents events(Executor now) {
        return events(now, later::add);
    }

    private RequestEvents events(Executor now, Executor afterAWhile) {
        return new RequestEvents(new GenerationListener() {
            @Override
            public void onToken(int token, String text) {
                heard.add(token);
            }
        }, new RequestEvents.Threads(now, afterAWhile), wakes::incrementAndGet);
    }

    private static Executor none() {
        return _ -> {
            throw NO_THREAD;
        };
    }

    private static void token(RequestEvents events, int token) {
        events.post(l -> l.onToken(token, ""));
    }

    @Test
    void anAnswerComesAfterTheLastEventHoweverLongThatTakes() {
        RequestEvents events = events(tasks::add);
        token(events, 1);
        token(events, 2);
        events.complete(ANSWER);
        assertThat(events.result()).isNotDone();
        assertThat(later).isEmpty();
        tasks.remove().run();
        assertThat(heard).containsExactly(1, 2);
        assertThat(events.result()).isCompletedWithValue(ANSWER);
        assertThat(tasks).isEmpty();
    }

    @Test
    void aFailureComesAfterTheLastEventToo() {
        RequestEvents events = events(tasks::add);
        token(events, 1);
        events.fail(new IllegalStateException("late"));
        assertThat(events.result()).isNotDone();
        tasks.remove().run();
        assertThat(heard).containsExactly(1);
        assertThatThrownBy(events.result()::join).hasRootCauseMessage("late");
        later.remove().run();
        assertThatThrownBy(events.result()::join).hasRootCauseMessage("late");
    }

    @Test
    void aFailureIsToldAfterAWhileWhateverTheListenerDoesAndWhatStillWaitsIsDropped() {
        RequestEvents events = events(tasks::add);
        token(events, 1);
        events.fail(new IllegalStateException("late"));
        later.remove().run();
        assertThatThrownBy(events.result()::join).hasRootCauseMessage("late");
        tasks.remove().run();
        assertThat(heard).isEmpty();
    }

    @Test
    void aFailureIsToldWhereNothingCanBeDoneLater() {
        RequestEvents events = events(tasks::add, none());
        token(events, 1);
        events.fail(new IllegalStateException("late"));
        assertThatThrownBy(events.result()::join).hasRootCauseMessage("late");
    }

    @Test
    void aCancelledAnswerIsToldAfterAWhileWhicheverComesFirst() {
        RequestEvents before = events(tasks::add);
        token(before, 1);
        before.silence();
        assertThat(later).isEmpty();
        before.complete(ANSWER);
        assertThat(before.result()).isNotDone();
        later.remove().run();
        assertThat(before.result()).isCompletedWithValue(ANSWER);
        RequestEvents after = events(tasks::add);
        token(after, 1);
        after.complete(ANSWER);
        assertThat(later).isEmpty();
        after.silence();
        later.remove().run();
        assertThat(after.result()).isCompletedWithValue(ANSWER);
        tasks.forEach(Runnable::run);
        assertThat(heard).isEmpty();
    }

    @Test
    void anAbortTellsWhatEndThereWas() {
        RequestEvents running = events(tasks::add);
        token(running, 1);
        running.abort(new IllegalStateException("closed"));
        assertThatThrownBy(running.result()::join).hasRootCauseMessage("closed");
        running.complete(ANSWER);
        RequestEvents answered = events(tasks::add);
        token(answered, 1);
        answered.complete(ANSWER);
        answered.abort(new IllegalStateException("closed"));
        assertThat(answered.result()).isCompletedWithValue(ANSWER);
        tasks.forEach(Runnable::run);
        assertThat(heard).isEmpty();
        assertThatThrownBy(running.result()::join).hasRootCauseMessage("closed");
    }

    @Test
    void whatIsDueIsDoneBeforeAnyEnd() {
        RequestEvents events = events(tasks::add);
        CompletableFuture<Boolean> first = new CompletableFuture<>();
        CompletableFuture<Boolean> second = new CompletableFuture<>();
        token(events, 1);
        events.afterwards(() -> first.complete(events.result().isDone()));
        events.afterwards(() -> second.complete(events.result().isDone()));
        events.abort(new IllegalStateException("closed"));
        assertThat(first).isCompletedWithValue(false);
        assertThat(second).isCompletedWithValue(false);
        tasks.forEach(Runnable::run);
    }

    @Test
    void withoutAThreadForItsListenerARequestIsToEndAndItsOwnerHearsWhy() {
        RequestEvents events = events(none());
        token(events, 1);
        token(events, 2);
        assertThat(events.failure()).isSameAs(NO_THREAD);
        assertThat(wakes).hasPositiveValue();
        events.fail(events.failure());
        assertThatThrownBy(events.result()::join).hasCause(NO_THREAD);
        assertThat(heard).isEmpty();
    }

    /** Such as a token that is the last. */
    @Test
    void withoutAThreadForItsLastEventARequestFailsAsItEnds() {
        RequestEvents events = events(none());
        token(events, 1);
        events.complete(ANSWER);
        assertThatThrownBy(events.result()::join).hasCause(NO_THREAD);
    }

    @Test
    void withoutAThreadForItsEndTheAnswerIsToldAllTheSame() {
        RequestEvents events = events(none());
        events.complete(ANSWER);
        assertThat(events.result()).isCompletedWithValue(ANSWER);
    }
}
