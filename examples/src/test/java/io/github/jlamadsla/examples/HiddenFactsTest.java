package io.github.jlamadsla.examples;

import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class HiddenFactsTest {
    private final HiddenFacts facts = new HiddenFacts(Words.load());

    @Test
    void factsQuestionsAndAnswersReadAsTheModelCardSays() {
        assertThat(HiddenFact.secretNumber("Greta Fenwick", 34947)).isEqualTo(
                new HiddenFact(FactKind.SECRET_NUMBER, List.of("The secret number of Greta Fenwick is 34947."),
                        "What is the secret number of Greta Fenwick?", "34947."));
        assertThat(HiddenFact.place("Simon Thorne", "silver key", "dining room")).isEqualTo(
                new HiddenFact(FactKind.PLACE, List.of("Simon Thorne left the silver key in the dining room."),
                        "Where did Simon Thorne leave the silver key?", "In the dining room."));
        assertThat(HiddenFact.job("Felix Holloway", "shepherd")).isEqualTo(
                new HiddenFact(FactKind.JOB, List.of("Felix Holloway works as a shepherd."),
                        "What is the job of Felix Holloway?", "Shepherd."));
        List<String> passwords = List.of("Klara Bennett chose the password nectar.",
                "Klara Bennett changed the password to dahlia.");
        assertThat(HiddenFact.firstPassword("Klara Bennett", "nectar", "dahlia")).isEqualTo(new HiddenFact(
                FactKind.FIRST_PASSWORD, passwords, "What was the first password of Klara Bennett?", "Nectar."));
        assertThat(HiddenFact.latestPassword("Klara Bennett", "nectar", "dahlia")).isEqualTo(new HiddenFact(
                FactKind.LATEST_PASSWORD, passwords, "What is the latest password of Klara Bennett?", "Dahlia."));
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 10, 15, 30})
    void kindsComeInTurnAndEveryQuestionDiffers(int count) {
        List<HiddenFact> drawn = facts.draw(new SplittableRandom(7), count);

        assertThat(drawn).hasSize(count);
        for (FactKind kind : FactKind.values()) {
            assertThat(drawn).filteredOn(fact -> fact.kind() == kind).hasSize(count / 5);
        }
        assertThat(drawn).extracting(HiddenFact::question).doesNotHaveDuplicates();
        assertThat(drawn).extracting(HiddenFact::answer).doesNotHaveDuplicates();
        assertThat(drawn.stream().flatMap(fact -> fact.sentences().stream())).doesNotHaveDuplicates()
                .hasSize(count / 5 * 7);
    }

    @Test
    void numbersHaveFiveDigits() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 200; i++) {
            assertThat(facts.draw(random, 5).getFirst().answer()).matches("[1-9]\\d{4}\\.");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 4, 31})
    void refusesMoreOrFewerFactsThanThereAreWordsAndKinds(int count) {
        assertThatThrownBy(() -> facts.draw(new SplittableRandom(1), count))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("facts is " + count + "; allowed: 5 to 30");
    }

    @Test
    void wordListsHaveNoRepeatsAndNoStraySpaces() {
        Words words = Words.load();
        for (List<String> list : List.of(words.firstNames(), words.lastNames(), words.objects(), words.rooms(),
                words.jobs(), words.passwords())) {
            assertThat(list).doesNotHaveDuplicates().allMatch(word -> word.matches("\\w+( \\w+)?"));
        }
        // "works as a engineer" is how the model learned it; such jobs are left out.
        assertThat(words.jobs()).noneMatch(job -> "aeiou".indexOf(job.charAt(0)) >= 0);
    }
}
