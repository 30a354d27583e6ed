package io.github.jlamadsla.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.LevelChange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The demo model is raised while it reads. */
class RaisedAnswerTest {
    private static final String SENTENCES = "He sat down. She went home. It rained all day. Nobody came. The door was "
            + "shut. The fire went out. They slept. The sun rose.";

    @TempDir
    Path folder;

    @Test
    void answersRightWhenRaisedInTheMiddleOfAStory() {
        try (StoryModel model = ChatStoryModel.open(DemoModel.find(), null, null)) {
            Story story = new StoryMaker(Words.load(), DemoModel.story(), model::tokens).cut(1, 2_000, 10);
            HiddenFact fact = story.fact(FactKind.SECRET_NUMBER);
            Answer answer = model.askRaised(Conversation.about(story, fact), 0, 6, GenerationListener.NONE);

            assertThat(Judge.isRight(fact.answer(), answer.text())).as(answer.text()).isTrue();
            assertThat(answer.levels()).extracting(LevelChange::level).containsExactly(0, 6);
            assertThat(answer.levels().getFirst().position()).isZero();
            assertThat(answer.levels().getLast().position()).isStrictlyBetween(0, answer.promptTokens());
            assertThat(answer.raiseWhileReading()).contains(answer.levels().getLast());
        }
    }

    @Test
    void theReleasedFormSaysThatItCannotBeRaised() {
        try (StoryModel model = ChatStoryModel.open(DemoModel.find(), "dsla-released", null)) {
            Story story = new StoryMaker(Words.load(), DemoModel.story(), model::tokens).cut(1, 2_000, 10);
            Conversation chat = Conversation.about(story, story.fact(FactKind.JOB));
            assertThatThrownBy(() -> model.askRaised(chat, 0, 6, GenerationListener.NONE))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("released form");
        }
    }

    /** Read in two or three steps, so that it is open which one the raise finds; in no case does the program fail. */
    @Test
    void aShortTextIsRaisedOrOneLineSaysThatItWasNot() throws IOException {
        Path text = Files.writeString(folder.resolve("short.txt"), SENTENCES);
        TestScreen screen = new TestScreen(false);

        assertThat(AskTheStory.run(screen.screen, "--text", text.toString(), "--level", "0,6")).isZero();
        assertThat(screen.errorLines()).isEmpty();
        assertThat(screen.out().lines().filter(line -> line.contains("aised"))).singleElement()
                .asString()
                .matches(
                        "Raised from level 0 to 6 after \\d+ of \\d+ tokens:|Not raised while reading: the \\d+ tokens had "
                                + "been read before the raise came; a longer text leaves it time\\.");
    }
}
