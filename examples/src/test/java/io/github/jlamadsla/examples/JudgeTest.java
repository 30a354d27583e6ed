package io.github.jlamadsla.examples;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class JudgeTest {

    @ParameterizedTest
    @CsvSource({
        "34947., 34947.",
        "34947., 34947",
        "Shepherd., ' shepherd. '",
        "In the dining room., 'in  the dining\troom'",
        "Umber., '\"Umber.\"'",
    })
    void rightIsTheSameWords(String expected, String answer) {
        assertThat(Judge.isRight(expected, answer)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "34947., 34948.",
        "34947., 3494.",
        "34947., 349 47.",
        "34947., 134947.",
        "Shepherd., Shepherds.",
        "In the kitchen., In the kitchen or the cellar.",
        "In the kitchen., Kitchen.",
        "Umber., Umber. Amber.",
        "Umber., ''",
        "Umber., .",
    })
    void anythingElseIsWrong(String expected, String answer) {
        assertThat(Judge.isRight(expected, answer)).isFalse();
    }
}
