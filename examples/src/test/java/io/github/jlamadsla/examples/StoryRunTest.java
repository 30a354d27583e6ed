package io.github.jlamadsla.examples;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

import io.github.jlamadsla.engine.LevelChange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.argThat;

class StoryRunTest {
    private static final String TOO_LATE = "Not raised while reading: the 60 tokens had been read before the raise "
            + "came; a longer text leaves it time.";

    private final TestScreen screen = new TestScreen(false);
    private final PerfectReader reader = new PerfectReader(8_192);

    @Test
    void asksOneQuestionPerLengthAndLevelAndOneMoreWhileRaising() {
        Outcomes outcomes = run(reader, 3, List.of(0, 2, 4, 6)).askCut(DemoModel.story());

        assertThat(outcomes.textTokens()).containsExactly(2_000, 4_000, 8_000);
        assertThat(outcomes.levels()).containsExactly(0, 2, 4, 6);
        assertThat(outcomes.all()).hasSize(12).allMatch(outcome -> outcome.verdict() == Outcome.Verdict.RIGHT);
        assertThat(reader.asked).hasSize(13).doesNotHaveDuplicates();
        assertThat(screen.out()).contains("Raised from level 0 to 6 after ").doesNotContain("wrong")
                .doesNotContain("\r");
        assertThat(screen.out().lines()).hasSize(4 + 3 + 12 + 3 + 3).allMatch(line -> line.length() <= 80);
    }

    @Test
    void firstQuestionsComeWithoutAnAnsweredOne() {
        StoryModel model = Mockito.spy(reader);
        new StoryRun(model, screen.screen, 3, List.of(0, 6), true).askCut(DemoModel.story());

        Mockito.verify(model, Mockito.times(6)).ask(argThat(chat -> chat.turns().size() == 1), anyInt(), any());
        Mockito.verify(model).askRaised(argThat(chat -> chat.turns().size() == 1), anyInt(), anyInt(), any());
        assertThat(screen.out()).startsWith("Each chat is the text and the question here, with no answered question");
    }

    @Test
    void leavesOutLengthsThatTheModelCannotRead() {
        assertThat(run(new PerfectReader(4_200), 1, List.of(0)).askCut(DemoModel.story()).textTokens())
                .containsExactly(2_000, 4_000);
        StoryRun tooSmall = run(new PerfectReader(2_048), 1, List.of(0));
        assertThatThrownBy(() -> tooSmall.askCut(DemoModel.story())).isInstanceOf(UsageException.class)
                .hasMessage("the model's context is 2,048 tokens; allowed: 2,192 or more, to read the shortest story");
    }

    @Test
    void oneLevelHasNothingToRaiseTo() {
        run(reader, 1, List.of(4)).askCut(DemoModel.story());
        assertThat(screen.out()).doesNotContain("Raised");
    }

    @Test
    void saysWhyARequestIsNotRaised() {
        StoryModel unraisable = Mockito.spy(reader);
        Mockito.doThrow(new UnsupportedOperationException("released form"))
                .when(unraisable)
                .askRaised(any(), anyInt(), anyInt(), any());
        run(unraisable, 1, List.of(0, 6)).askCut(DemoModel.story());
        assertThat(screen.out()).contains("Not raised: released form");
    }

    @Test
    void oneLineSaysThatARaiseCameTooLate() {
        StoryModel quick = Mockito.spy(reader);
        List<LevelChange> neverRaised = List.of(new LevelChange(0, 0));
        List<LevelChange> raisedAtTheEnd = List.of(new LevelChange(0, 0), new LevelChange(60, 6));
        Mockito.doReturn(answer(neverRaised), answer(raisedAtTheEnd))
                .when(quick)
                .askRaised(any(), anyInt(), anyInt(), any());
        for (int run = 0; run < 2; run++) {
            run(quick, 1, List.of(0, 6)).askWhole("A. B. C. D. E. F. G. H. I.");
        }
        assertThat(screen.out().lines().filter(line -> line.contains("aised"))).containsExactly(TOO_LATE, TOO_LATE);
        assertThat(screen.out()).doesNotContain("0 to 6");
    }

    private static Answer answer(List<LevelChange> levels) {
        return new Answer("Baker.", levels, 60, 2, Duration.ZERO, Duration.ZERO, 0);
    }

    @Test
    void wrongAnswersAreShownBesideTheRightOnes() {
        StoryModel forgetful = Mockito.spy(reader);
        Mockito.doReturn(new Answer("I forgot.", List.of(), 60, 2, Duration.ZERO, Duration.ZERO, 0))
                .when(forgetful)
                .ask(any(), anyInt(), any());
        Outcomes outcomes = run(forgetful, 1, List.of(0)).askWhole("A. B. C. D. E. F. G. H. I.");
        assertThat(outcomes.right(0)).isZero();
        assertThat(screen.out()).containsPattern("I forgot\\. +wrong, it is \\w+");
    }

    @Test
    void ownTextIsTakenWhole() {
        Outcomes outcomes = run(reader, 2, List.of(0, 6)).askWhole("One. Two. Three. Four. Five. Six. Seven. Eight.");
        assertThat(outcomes.all()).hasSize(2);
        assertThat(outcomes.textTokens()).hasSize(1);
        assertThat(screen.out()).contains("5 facts hidden");
    }

    @Test
    void ownTextTooLongOrTooShort() {
        StoryRun run = run(reader, 1, List.of(0));
        assertThatThrownBy(() -> run.askWhole("A b c. ".repeat(3_000))).isInstanceOf(UsageException.class)
                .hasMessageMatching("text and question have 9,\\d{3} tokens, the model's context 8,192; "
                        + "allowed: 8,160 or less, with room for an answer");
        assertThatThrownBy(() -> run.askWhole("A b c.")).isInstanceOf(UsageException.class)
                .hasMessageContaining("the text has 1 sentences; allowed: 8 or more")
                .hasMessageEndingWith("; --question asks about the text as it is");
        assertThat(reader.asked).isEmpty();
    }

    @Test
    void ownQuestionIsAskedAtEachLevelAndNotJudged() {
        QuestionRun run = new QuestionRun(reader, screen.screen, List.of(0, 3));
        Outcomes outcomes = run.ask("So. Felix Holloway works as a shepherd. Yes.",
                "What is the job of Felix Holloway?");
        assertThat(outcomes.judged()).isFalse();
        assertThat(outcomes.all()).extracting(Outcome::level).containsExactly(0, 3);
        assertThat(screen.out()).contains("  level 0  shepherd").contains("  level 3  shepherd");
        assertThatThrownBy(() -> run.ask("A b c. ".repeat(3_000), "Who?")).isInstanceOf(UsageException.class)
                .hasMessageContaining("tokens, the model's context 8,192");
    }

    @Test
    void ownQuestionAboutTheStoryComesWithTheFactsHiddenThere() {
        String text = DemoModel.story();
        Story story = new StoryMaker(Words.load(), text, reader::tokens).cut(9, 8_000, 15);
        String question = story.fact(FactKind.LATEST_PASSWORD).question();
        new QuestionRun(reader, screen.screen, List.of(6)).askStory(9, text, question);
        assertThat(screen.out()).contains(story.fact(FactKind.LATEST_PASSWORD).sentences()).contains(question);
    }

    private StoryRun run(StoryModel model, long seed, List<Integer> levels) {
        return new StoryRun(model, screen.screen, seed, levels, false);
    }
}
