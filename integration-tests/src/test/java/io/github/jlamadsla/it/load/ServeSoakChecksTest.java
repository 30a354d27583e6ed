package io.github.jlamadsla.it.load;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.engine.EngineObserver;
import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.GenerationResult.Timings;
import io.github.jlamadsla.engine.LevelChange;
import io.github.jlamadsla.it.e2e.RandomModel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the soak of a server checks would be found if it were wrong. */
class ServeSoakChecksTest {
    private static final GreedyChoice CHOICE = new GreedyChoice(2, 0, 2);

    @TempDir
    Path directory;

    private static GenerationResult result(List<Integer> tokens, FinishReason reason, LevelChange... levels) {
        Timings timings = new Timings(Duration.ZERO, Duration.ZERO, Duration.ZERO);
        return new GenerationResult(tokens, "", reason, 5, 0, List.of(levels), timings, 0);
    }

    private static GenerationResult result(Integer... tokens) {
        return result(List.of(tokens), FinishReason.LENGTH, new LevelChange(0, 0));
    }

    @Test
    void anOutcomeThatReachesNoCallerOrTwoIsFound() {
        ServerCounts server = new ServerCounts(EngineObserver.NONE);
        GenerationResult one = result(1);
        GenerationResult two = result(1);
        Throwable late = new TimeoutException();
        server.ended(one);
        server.ended(two);
        server.failed(late);
        server.refused(new IllegalStateException());
        server.told(one);
        server.told(late);
        assertThat(server.difference(2, 1, 1)).contains("1 outcomes reached no caller, 0 came twice");
        server.told(two);
        assertThat(server.difference(2, 1, 1)).isEmpty();
        assertThat(server.difference(2, 1, 0)).contains("failed 1 and refused 1; callers were told 2, 1 and 0");
        assertThat(server.difference(1, 1, 1)).isNotEmpty();
        server.told(two);
        assertThat(server.difference(2, 1, 1)).contains("1 came twice or from nowhere");
    }

    @Test
    void aRequestThatIsLostIsFound() {
        ServerCounts server = new ServerCounts(EngineObserver.NONE);
        SoakBooks books = new SoakBooks(100, server);
        books.asked();
        GenerationResult result = result(1);
        server.ended(result);
        books.ended(result);
        books.balance();
        books.asked();
        assertThatThrownBy(books::balance).hasMessageContaining("2 requests asked, 1 ended");
        books.wrong("lost: that one");
        assertThatThrownBy(books::balance).hasMessageContaining("lost: that one");
    }

    @Test
    void whatIsHeardTooOftenOrTooLateIsFound() {
        SoakListener listener = new SoakListener(false);
        listener.onToken(7, "");
        assertThat(listener.wrong()).startsWith("0 ends");
        listener.onEnd();
        assertThat(listener.wrong(result(7))).isEmpty();
        assertThat(listener.wrong(result(8))).isEqualTo("heard were [7] of [8]");
        assertThat(listener.wrong(result(7, 8))).isNotEmpty();
        assertThat(listener.wrong(result(List.of(7, 8), FinishReason.CANCELLED, new LevelChange(0, 0)))).isEmpty();
        listener.onPrefill(1, 1);
        assertThat(listener.wrong()).isEqualTo("1 ends and 1 events after the end heard");
        listener.onEnd();
        assertThat(listener.wrong()).startsWith("2 ends");
    }

    @Test
    void bytesThatAreNotCountedAreFound() {
        SoakBytes bytes = new SoakBytes(100_000, 1);
        bytes.begin(0, new NativeMemory(5_000, 5_000));
        bytes.compare(90_000, new NativeMemory(95_000, 105_000));
        assertThat(bytes.wrong()).isEmpty();
        bytes.compare(90_000, new NativeMemory(95_000, 105_001));
        assertThat(bytes.wrong()).isEqualTo("100001 bytes were allocated at once; allowed: 100000");

        SoakBytes leaking = new SoakBytes(100_000, 1);
        leaking.begin(0, new NativeMemory(5_000, 5_000));
        leaking.compare(10_000, new NativeMemory(15_000 + 16_384, 50_000));
        assertThat(leaking.wrong()).isEqualTo("26384 bytes are allocated, 10000 counted");
    }

    @Test
    void anotherAnswerThanAloneIsFoundHoweverItEnds() throws Exception {
        List<Integer> prompt = IntStream.range(100, 200).boxed().toList();
        LevelChange[] levels = {new LevelChange(0, 0), new LevelChange(60, 1), new LevelChange(102, 2)};
        try (AloneAnswer alone = new AloneAnswer(RandomModel.makeTiny(directory, 1))) {
            List<Integer> all = alone.answer(prompt, List.of(levels), SoakChats.LONGEST_ANSWER, CHOICE);
            assertThat(all).hasSize(SoakChats.LONGEST_ANSWER).doesNotHaveDuplicates();
            assertThat(alone.answer(prompt, List.of(levels[0]), SoakChats.LONGEST_ANSWER, CHOICE)).isNotEqualTo(all);

            SoakAnswers answers = new SoakAnswers();
            SoakRequest request = new SoakRequest(prompt, 10, List.of(), CHOICE);
            answers.add(request, result(all.subList(0, 10), FinishReason.LENGTH, levels));
            answers.add(request, result(all.subList(0, 4), FinishReason.CANCELLED, levels));
            answers.compare(alone, Duration.ofMinutes(1));
            assertThat(answers).asString()
                    .contains("2 answers compared, 0 answers not compared, 2 compared with raises");
            answers.add(request, result(all.subList(0, 9), FinishReason.LENGTH, levels));
            assertThatThrownBy(() -> answers.compare(alone, Duration.ZERO)).hasMessageContaining("; alone ");
            answers.add(request, result(all.subList(0, 10), FinishReason.LENGTH, levels[0]));
            answers.compare(alone, Duration.ZERO);
            assertThat(answers).asString().contains("1 answers not compared");
        }
    }

    @Test
    void stopTextsAndEndTokensEndAnAnswerWhereTheyCome() {
        int[] alone = {300, 3 + 'e', 301};
        SoakRequest stops = new SoakRequest(List.of(1), 3, List.of("e"), CHOICE);
        SoakRequest none = new SoakRequest(List.of(1), 5, List.of(), CHOICE);
        assertThat(ExpectedAnswer.of(stops, alone))
                .isEqualTo(new ExpectedAnswer(List.of(300, 3 + 'e'), FinishReason.STOP));
        assertThat(ExpectedAnswer.of(none, alone))
                .isEqualTo(new ExpectedAnswer(List.of(300, 3 + 'e', 301), FinishReason.STOP));
        assertThat(new ExpectedAnswer(List.of(300), FinishReason.LENGTH)
                .is(result(List.of(300), FinishReason.STOP, new LevelChange(0, 0)))).isFalse();
    }
}
