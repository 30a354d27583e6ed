package io.github.jlamadsla.examples;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.LevelChange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The demo model, raised while it reads. */
class RaisedAnswerTest {

    @Test
    void aRequestRaisedInTheMiddleOfTheStoryStillAnswersRight() {
        try (StoryModel model = ChatStoryModel.open(DemoModel.find(), null, null)) {
            Story story = story(model);
            HiddenFact fact = story.fact(FactKind.SECRET_NUMBER);
            List<Integer> read = new ArrayList<>();
            Answer answer = model.askRaised(Conversation.about(story, fact), 0, 6, new GenerationListener() {
                @Override
                public void onPrefill(int done, int total) {
                    read.add(done);
                }
            });

            assertThat(answer.levels()).hasSize(2).first().isEqualTo(new LevelChange(0, 0));
            assertThat(answer.levels().getLast().level()).isEqualTo(6);
            assertThat(answer.levels().getLast().position()).isBetween(answer.promptTokens() / 2,
                    answer.promptTokens() + answer.steps());
            assertThat(read).isSorted().endsWith(answer.promptTokens());
            assertThat(Judge.isRight(fact.answer(), answer.text())).as(answer.text()).isTrue();
        }
    }

    @Test
    void theReleasedFormSaysThatItCannotBeRaised() {
        try (StoryModel model = ChatStoryModel.open(DemoModel.find(), "dsla-released", null)) {
            Story story = story(model);
            Conversation chat = Conversation.about(story, story.fact(FactKind.JOB));
            assertThatThrownBy(() -> model.askRaised(chat, 0, 6, GenerationListener.NONE))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("released form");
        }
    }

    private static Story story(StoryModel model) {
        return new StoryMaker(Words.load(), DemoModel.story(), model::tokens).cut(1, 2_000, 10);
    }
}
