package io.github.jlamadsla.serve;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.engine.Admission;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.RequestRejectedException;
import io.github.jlamadsla.engine.RequestRejectedException.Reason;
import io.github.jlamadsla.memory.MemoryBudgetException;
import io.github.jlamadsla.serve.FakeEngine.Ask;
import io.github.jlamadsla.serve.ServerSnapshot.Refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What is taken and what is refused, why, and with which hint. */
class AdmissionQueueTest {
    private static final Admission.Queue EMPTY = new Admission.Queue(0, 0);
    private static final LevelMode ADAPTIVE = LevelMode.adaptive(FakeSetup.WIDE, FakeSetup.ANY, FakeSetup.STILL);

    private Forecast forecast = Forecast.UNKNOWN;
    private long now;

    private AdmissionQueue admission(FakeSetup setup) {
        return new AdmissionQueue(new SequenceSizes(setup.model()::bytes, setup.bounds(), setup.model().canRaise(),
                setup.limit()), setup.limits(), () -> forecast, () -> now);
    }

    private static Admission.Arrival arrival(int prompt, int output) {
        return new Admission.Arrival(prompt, prompt + output, GenerationRequest.UNPINNED, 0, Long.MAX_VALUE);
    }

    private static Admission.Arrival within(double seconds, int prompt, int priority) {
        return new Admission.Arrival(prompt, prompt + 10, GenerationRequest.UNPINNED, priority,
                (long) (seconds * 1e9));
    }

    /** A millisecond a token, 2 s of prompts of priority 0 before it. */
    private static Forecast twoSeconds(boolean measured) {
        List<Double> points = new java.util.ArrayList<>();
        for (int i = 0, tokens = 64; i < 12; i++, tokens *= 2) {
            points.add(tokens / 1e3);
        }
        return new Forecast(List.of(new Forecast.Waiting(0, 0, 2_000, 2)), new Forecast.Decoding(0, 0, 64),
                new Forecast.Curve(points), 7.5, measured);
    }

    @Test
    void beyondTheLimitsItIsRefusedWithTheTimeUntilAPlaceIsFree() {
        AdmissionQueue admission = admission(FakeSetup.of(ADAPTIVE).limits(2, 100));
        forecast = twoSeconds(true);
        admission.admit(arrival(50, 5), new Admission.Queue(1, 50));
        RequestRejectedException requests = catchThrowableOfType(RequestRejectedException.class,
                () -> admission.admit(arrival(10, 5), new Admission.Queue(2, 20)));
        assertThat(requests.reason()).isEqualTo(Reason.REQUESTS);
        assertThat(requests.retryAfter()).isEqualTo(Duration.ofMillis(7_500));
        assertThat(requests).hasMessageContaining("allowed: at most 2").hasMessageContaining("in 7.5 s");
        RequestRejectedException tokens = catchThrowableOfType(RequestRejectedException.class,
                () -> admission.admit(arrival(10, 5), new Admission.Queue(1, 95)));
        assertThat(tokens.reason()).isEqualTo(Reason.PROMPT_TOKENS);
        assertThat(tokens.retryAfter()).isEqualTo(Duration.ofMillis(7_500));
        RequestRejectedException never = catchThrowableOfType(RequestRejectedException.class,
                () -> admission.admit(arrival(101, 5), new Admission.Queue(1, 10)));
        assertThat(never.retryAfter()).isNull();
        assertThat(admission.refusals()).containsEntry(Refusal.REQUESTS, 1L).containsEntry(Refusal.PROMPT_TOKENS, 2L)
                .containsEntry(Refusal.DEADLINE, 0L).containsEntry(Refusal.MEMORY, 0L);
    }

    @Test
    void withoutAForecastThereIsNoHint() {
        AdmissionQueue admission = admission(FakeSetup.of(ADAPTIVE).limits(1, 100));
        assertThat(catchThrowableOfType(RequestRejectedException.class,
                () -> admission.admit(arrival(10, 5), new Admission.Queue(1, 10))).retryAfter()).isNull();
    }

    @Test
    void aDeadlineBeforeTheFirstTokenIsRefusedWithTheTimeAfterWhichItCouldBeMet() {
        AdmissionQueue admission = admission(FakeSetup.of(ADAPTIVE));
        forecast = twoSeconds(true);
        RequestRejectedException refused = catchThrowableOfType(RequestRejectedException.class,
                () -> admission.admit(within(1.5, 1_024, 0), EMPTY));
        assertThat(refused.reason()).isEqualTo(Reason.DEADLINE);
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(1_524));
        assertThat(refused).hasMessageContaining("expected in 3.0 s").hasMessageContaining("timeout of 1.5 s");
        assertThat(admission.refusals()).containsEntry(Refusal.DEADLINE, 1L);
        // Nothing helps a prompt that takes longer by itself.
        assertThat(catchThrowableOfType(RequestRejectedException.class,
                () -> admission.admit(within(.5, 1_024, 0), EMPTY)).retryAfter()).isNull();
        admission.admit(within(3.1, 1_024, 0), EMPTY);
    }

    @Test
    void promptsOfLowerPriorityAreNotWaitedFor() {
        AdmissionQueue admission = admission(FakeSetup.of(ADAPTIVE));
        forecast = twoSeconds(true);
        admission.admit(within(1.5, 1_024, 1), EMPTY);
    }

    @Test
    void promptsOfLowerPriorityThatHaveWaitedLongAreWaitedFor() {
        AdmissionQueue admission = admission(FakeSetup.of(ADAPTIVE));
        forecast = twoSeconds(true);
        now = 20_000_000_000L;
        assertThatThrownBy(() -> admission.admit(within(1.5, 1_024, 1), EMPTY))
                .isInstanceOf(RequestRejectedException.class).hasMessageContaining("expected in 3.0 s");
        admission.admit(within(1.5, 1_024, 5), EMPTY);
    }

    @Test
    void whatWasTakenSinceTheForecastCountsToo() {
        AdmissionQueue admission = admission(FakeSetup.of(ADAPTIVE));
        forecast = twoSeconds(true);
        admission.admit(within(4, 1_024, 0), EMPTY);
        assertThatThrownBy(() -> admission.admit(within(4, 1_024, 0), EMPTY))
                .isInstanceOf(RequestRejectedException.class);
        forecast = twoSeconds(true);
        admission.admit(within(4, 1_024, 0), EMPTY);
    }

    @Test
    void nobodyIsRefusedByAGuess() {
        AdmissionQueue admission = admission(FakeSetup.of(ADAPTIVE));
        forecast = twoSeconds(false);
        admission.admit(within(.1, 1_024, 0), EMPTY);
    }

    /** A chat's prompts are nearly all cached: their deadlines are met, and the queue is as short as it is. */
    @Test
    void whatIsUsuallyCachedIsNotCountedAsRead() {
        FakeEngine engine = FakeSetup.of(ADAPTIVE).engine();
        engine.submit(Ask.of(1_000, 5));
        engine.drain();
        assertThat(engine.submit(Ask.of(1_000, 5).timeoutMillis(100))).isEqualTo(-1);
        for (int i = 0; i < 100; i++) {
            engine.sequence(engine.submit(Ask.of(1_000, 5))).cached = 990;
            engine.drain();
        }
        assertThat(engine.submit(Ask.of(1_000, 5).timeoutMillis(100))).isNotNegative();
        engine.sequence(101).cached = 990;
        engine.drain();
        assertThat(engine.ends).containsEntry(101L, "done");
        for (int i = 0; i < 5; i++) {
            engine.sequence(engine.submit(Ask.of(1_000, 5))).cached = 990;
        }
        engine.scheduler().schedule(engine.view());
        LoadSnapshot load = engine.scheduler().latest().load();
        assertThat(load.queue().promptTokens()).isEqualTo(5_000);
        assertThat(load.predictedSeconds()).allSatisfy(seconds -> assertThat(seconds).isBetween(.01, .2));
    }

    @Test
    void onlyTheExpectedPartOfAPromptIsReadBesideWhatDecodes() {
        Forecast half = new Forecast(List.of(), new Forecast.Decoding(1, 100, 10),
                new Forecast.Curve(List.of(0d), .5), 0, true);
        assertThat(half.tokens(100)).isEqualTo(50);
        assertThat(half.tokens(1)).isOne();
        assertThat(half.firstToken(0, 100, List.of(), 0)).isEqualTo(5);
    }

    /** Level 0 would need 12,800 bytes, the top 4,400. */
    @Test
    void whatFitsAtItsHighestLevelIsTakenAndWhatDoesNotIsRefused() {
        assertThat(admission(FakeSetup.of(ADAPTIVE).limit(4_400)).admit(arrival(1_000, 24), EMPTY)).isEqualTo(4_400);
        AdmissionQueue small = admission(FakeSetup.of(ADAPTIVE).limit(4_399));
        assertThatThrownBy(() -> small.admit(arrival(1_000, 24), EMPTY)).isInstanceOf(MemoryBudgetException.class)
                .hasMessageContaining("1024 tokens at level 6");
        assertThat(small.refusals()).containsEntry(Refusal.MEMORY, 1L);
        assertThatThrownBy(() -> admission(FakeSetup.of(ADAPTIVE).limit(12_799))
                .admit(new Admission.Arrival(1_000, 1_024, 0, 0, Long.MAX_VALUE), EMPTY))
                .isInstanceOf(MemoryBudgetException.class).hasMessageContaining("1024 tokens at level 0");
    }

    /** A page of each of the six layers on top: a raise is worth while from one page to the next. */
    @Test
    void theNeedIsThatOfTheHighestLevelAndAPage() {
        assertThat(admission(FakeSetup.of(ADAPTIVE)).admit(arrival(1_000, 24), EMPTY)).isEqualTo(4_400 + 600);
        assertThat(admission(FakeSetup.of(LevelMode.fixed(2))).admit(arrival(1_000, 24), EMPTY))
                .isEqualTo(2 * 200 + 6 * 1_600);
        // What cannot be raised may begin at level 0.
        assertThat(admission(FakeSetup.of(ADAPTIVE).model(FakeModel.USUAL.released())).admit(arrival(1_000, 24), EMPTY))
                .isEqualTo(12_800);
        assertThat(admission(FakeSetup.of(ADAPTIVE).model(FakeModel.USUAL.released()).limit(5_000))
                .admit(arrival(1_000, 24), EMPTY)).isEqualTo(4_400);
    }

    @Test
    void onARunningServerAHopelessDeadlineIsRefused() {
        FakeEngine engine = FakeSetup.of(ADAPTIVE).engine();
        for (int i = 0; i < 20; i++) {
            engine.submit(Ask.of(1_000, 50));
        }
        engine.runFor(500);
        assertThat(engine.submit(Ask.of(1_000, 5).timeoutMillis(1_000))).isEqualTo(-1);
        assertThat(engine.refusals).singleElement().isInstanceOf(RequestRejectedException.class);
        assertThat(engine.submit(Ask.of(1_000, 5).timeoutMillis(1_500).priority(1))).isNotNegative();
    }
}
