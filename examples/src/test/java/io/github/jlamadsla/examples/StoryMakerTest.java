package io.github.jlamadsla.examples;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Stories of the demo model, measured by its tokenizer. */
class StoryMakerTest {
    private static final String TEXT = DemoModel.story();
    private static TextCodec codec;
    private static StoryMaker maker;

    @BeforeAll
    static void open() {
        codec = TextCodec.open(DemoModel.find().resolve("tokenizer.json"));
        maker = new StoryMaker(Words.load(), TEXT, StoryMakerTest::tokens);
    }

    @AfterAll
    static void close() {
        codec.close();
    }

    private static StoryMaker maker(String text) {
        return new StoryMaker(Words.load(), text, StoryMakerTest::tokens);
    }

    private static int tokens(String text) {
        return codec.encode(text).length;
    }

    @ParameterizedTest
    @ValueSource(ints = {2_000, 4_000, 8_000})
    void everySeedGivesAStoryOfThatLengthWithAllFactsBetweenItsSentences(int length) {
        for (long seed = 1; seed <= 25; seed++) {
            Story story = maker.cut(seed, length, StoryMaker.usualFacts(length));

            assertThat(story.tokens()).isEqualTo(tokens(story.text())).isBetween(length - 80, length);
            assertThat(story.facts()).hasSize(length < 4_000 ? 10 : 15);
            assertThat(story.facts()).extracting(HiddenFact::kind).contains(FactKind.values());
            assertThat(withoutFacts(story)).as("what is left is a part of the text").isSubstringOf(TEXT);
            assertThat(TEXT.indexOf(withoutFacts(story))).satisfies(
                    begin -> assertThat(begin == 0 || TEXT.startsWith("\n\n", begin - 2)).as("a paragraph").isTrue());
            assertThat(story.text().substring(story.text().length() - 8)).matches("(?s).*[.!?][\"')\\]]*");
        }
    }

    /** Takes the facts out again, each of which must stand behind a sentence and before a space. */
    private static String withoutFacts(Story story) {
        String text = story.text();
        for (HiddenFact fact : story.facts()) {
            int last = -1;
            for (String sentence : fact.sentences()) {
                int at = text.indexOf(sentence);
                assertThat(at).as(sentence).isGreaterThan(last);
                assertThat(text.indexOf(sentence, at + 1)).as("hidden once").isEqualTo(-1);
                assertThat(text.substring(at - 8, at)).matches("(?s).*[.!?][\"')\\]]* ");
                assertThat(text.charAt(at + sentence.length())).matches(Character::isWhitespace);
                last = at;
            }
        }
        for (HiddenFact fact : story.facts()) {
            for (String sentence : fact.sentences()) {
                text = text.replace(" " + sentence, "");
            }
        }
        return text;
    }

    @Test
    void theSameSeedGivesTheSameStoryAndAnotherSeedAnother() {
        Set<String> texts = new HashSet<>();
        Set<List<HiddenFact>> facts = new HashSet<>();
        for (long seed = 1; seed <= 25; seed++) {
            Story story = maker.cut(seed, 2_000, 10);
            assertThat(maker.cut(seed, 2_000, 10)).isEqualTo(story);
            texts.add(story.text());
            facts.add(story.facts());
        }
        assertThat(texts).hasSize(25);
        assertThat(facts).hasSize(25);
    }

    @Test
    void factsStandAllOverTheStory() {
        int[] tenths = new int[10];
        for (long seed = 1; seed <= 25; seed++) {
            Story story = maker.cut(seed, 2_000, 10);
            for (HiddenFact fact : story.facts()) {
                tenths[10 * story.text().indexOf(fact.sentences().getFirst()) / story.text().length()]++;
            }
        }
        assertThat(tenths).doesNotContain(0);
    }

    @Test
    void questionsOfAllSeedsAreAnsweredByTheTextItself() {
        for (long seed = 1; seed <= 25; seed++) {
            Story story = maker.cut(seed, 4_000, 15);
            for (HiddenFact fact : story.facts()) {
                String answer = PerfectReader.answer(Conversation.about(story, fact));
                assertThat(Judge.isRight(fact.answer(), answer)).as(fact + " " + answer).isTrue();
            }
        }
    }

    @Test
    void kindsCycleBySeed() {
        for (long seed = -3; seed < 25; seed++) {
            assertThat(Set.of(FactKind.of(seed), FactKind.of(seed + 1), FactKind.of(seed + 2), FactKind.of(seed + 3),
                    FactKind.of(seed + 4))).hasSize(5);
        }
    }

    @Test
    void ownTextKeepsAllItsWordsAndGetsAsManyFactsAsItHasRoomFor() {
        String text = "One came. Two went! \"Three?\" Four sat.\n\nFive slept. Six rose. Seven ate. Eight left.";
        Story story = maker(text).whole(5);

        assertThat(story.facts()).hasSize(5);
        assertThat(withoutFacts(story)).isEqualTo(text);
        assertThat(story.text()).endsWith(" Eight left.");
        assertThat(maker.whole(5).facts()).hasSize(15);
    }

    @Test
    void refusesTextsThatAreTooShort() {
        assertThatThrownBy(() -> maker("One came. Two went.").whole(1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the text has 2 sentences; allowed: 8 or more, to hide 7 between them");
        assertThatThrownBy(() -> maker("One came. Two went.").cut(1, 2_000, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("the text has \\d tokens; allowed: \\d{4} or more, to cut a story of");
    }
}
