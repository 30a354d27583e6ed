package io.github.jlamadsla.examples;

import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.text.ChatTurn;

import static org.assertj.core.api.Assertions.assertThat;

class ConversationTest {

    @Test
    void aQuestionOfOnesOwnIsAskedAtOnce() {
        assertThat(Conversation.about("\n He sat.\n", "Who?").turns())
                .containsExactly(ChatTurn.user("Read the text.\n\nHe sat.\n\nQuestion: Who?"));
    }

    @Test
    void aHiddenFactIsAskedForAfterAnotherThatIsAnswered() {
        HiddenFact number = HiddenFact.secretNumber("Greta Fenwick", 34947);
        HiddenFact place = HiddenFact.place("Simon Thorne", "map", "attic");
        Story story = new Story("He sat.", 3, List.of(number, place));
        assertThat(Conversation.about(story, number).turns()).containsExactly(
                ChatTurn.user("Read the text.\n\nHe sat.\n\nQuestion: Where did Simon Thorne leave the map?"),
                ChatTurn.assistant("In the attic."), ChatTurn.user("What is the secret number of Greta Fenwick?"));
    }

    @Test
    void aQuestionOfOnesOwnAboutAStoryComesAfterAnotherToo() {
        HiddenFact number = HiddenFact.secretNumber("Greta Fenwick", 34947);
        HiddenFact place = HiddenFact.place("Simon Thorne", "map", "attic");
        Story story = new Story("He sat.", 3, List.of(number, place));
        assertThat(Conversation.about(story, "Who sat?").turns()).extracting(ChatTurn::text)
                .containsExactly("Read the text.\n\nHe sat.\n\nQuestion: " + number.question(), "34947.", "Who sat?");
        assertThat(Conversation.about(story, number.question()).turns()).extracting(ChatTurn::text)
                .containsExactly("Read the text.\n\nHe sat.\n\nQuestion: " + place.question(), "In the attic.",
                        number.question());
    }

    @Test
    void theAnsweredFactIsNeverTheOneAskedFor() {
        List<HiddenFact> facts = new HiddenFacts(Words.load()).draw(new SplittableRandom(4), 10);
        Story story = new Story("He sat.", 3, facts);
        for (FactKind kind : FactKind.values()) {
            List<ChatTurn> turns = Conversation.about(story, story.fact(kind)).turns();
            assertThat(turns.getFirst().text()).doesNotContain(turns.getLast().text());
            assertThat(turns.get(1).text()).isNotEqualTo(story.fact(kind).answer());
        }
    }
}
