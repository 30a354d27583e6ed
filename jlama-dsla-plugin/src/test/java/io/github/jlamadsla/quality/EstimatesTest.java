package io.github.jlamadsla.quality;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

/** The small sums: means with their errors, shares with their intervals, answers compared. */
class EstimatesTest {

    @Test
    void aMeanKnowsItsStandardError() {
        Estimate estimate = Estimate.of(new double[]{1, 2, 3, 6});
        assertThat(estimate.mean()).isEqualTo(3);
        // Sample deviation sqrt(14 / 3), over sqrt(4).
        assertThat(estimate.standardError()).isCloseTo(Math.sqrt(14.0 / 3) / 2, offset(1e-12));
        assertThat(estimate.blocks()).isEqualTo(4);
        assertThat(Estimate.of(new double[]{5}).standardError()).isNaN();
        assertThatThrownBy(() -> Estimate.of(new double[0])).hasMessageContaining("at least one");
    }

    /** The examples of Newcombe, Statistics in Medicine 17 (1998), table I, method 3. */
    @ParameterizedTest
    @CsvSource({"81,263,.2553,.3662", "15,148,.0624,.1605", "0,20,0,.1611", "1,29,.0061,.1718"})
    void sharesHaveWilsonsInterval(int hits, int of, double low, double high) {
        Share share = new Share(hits, of);
        assertThat(share.value()).isEqualTo((double) hits / of);
        assertThat(share.low()).isCloseTo(low, offset(5e-5));
        assertThat(share.high()).isCloseTo(high, offset(5e-5));
        Share misses = new Share(of - hits, of);
        assertThat(misses.low()).isCloseTo(1 - share.high(), offset(1e-12));
        assertThat(misses.high()).isCloseTo(1 - share.low(), offset(1e-12));
    }

    @Test
    void aShareOfNothingIsNoNumber() {
        assertThat(new Share(0, 0).value()).isNaN();
        assertThat(new Share(0, 0).low()).isNaN();
        assertThat(new Share(0, 0).high()).isNaN();
        assertThat(new Share(1, 3).plus(new Share(2, 4))).isEqualTo(new Share(3, 7));
        assertThatThrownBy(() -> new Share(2, 1)).hasMessage("share is 2 of 1; allowed: 0 to all of them");
    }

    private static GreedyAnswer answer(boolean ended, int... tokens) {
        return new GreedyAnswer(tokens, ended);
    }

    @Test
    void answersAreComparedTokenByTokenWithTheirEnds() {
        GreedyAnswer cut = answer(false, 1, 2, 3, 4, 5);
        assertThat(cut.common(answer(false, 1, 2, 9, 4, 5), 4)).isEqualTo(2);
        assertThat(cut.equal(answer(false, 1, 2, 9, 4, 5), 4)).isFalse();
        assertThat(cut.equal(answer(false, 1, 2, 3, 4, 9), 4)).isTrue();
        assertThat(cut.common(answer(false, 9, 2, 3, 4, 5), 4)).isZero();
        assertThat(cut.equal(answer(false, 9, 2, 3, 4, 5), 4)).isFalse();
    }

    @Test
    void anAnswerThatEndsEarlierIsEqualOnlyToOneThatEndsThereToo() {
        GreedyAnswer two = answer(true, 1, 2);
        assertThat(two.equal(answer(true, 1, 2), 4)).isTrue();
        assertThat(two.common(answer(true, 1, 2), 4)).isEqualTo(3);
        assertThat(two.equal(answer(true, 1, 2, 3), 4)).isFalse();
        assertThat(two.common(answer(true, 1, 2, 3), 4)).isEqualTo(2);
        assertThat(answer(true).equal(answer(true), 4)).isTrue();
        assertThat(answer(true).equal(answer(true, 1), 4)).isFalse();
        assertThat(answer(true, 1, 2, 3, 4).equal(answer(false, 1, 2, 3, 4, 5), 4)).isTrue();
    }

    @Test
    void aLoopFillsTheLastTwelveTokens() {
        assertThat(answer(false, 8, 9, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1).loops()).isTrue();
        assertThat(answer(false, 8, 9, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1).loops()).isFalse();
        assertThat(answer(false, 9, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4).loops()).isTrue();
        assertThat(answer(false, 9, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1).loops()).isTrue();
        assertThat(answer(false, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5).loops()).isFalse();
        // It found its end, or is too short to tell.
        assertThat(answer(true, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1).loops()).isFalse();
        assertThat(answer(false, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1).loops()).isFalse();
    }

    @Test
    void figuresOfPromptsCompareWithTheFirstLevel() {
        GreedyAnswer base = answer(true, 1, 2, 3);
        List<PromptFigures> figures = PromptFigures.of(List.of(0, 3),
                List.of(List.of(base, answer(true, 1, 2, 3)), List.of(base, answer(true, 1, 5))));
        assertThat(figures.get(0).equal()).isEqualTo(new Share(2, 2));
        assertThat(figures.get(0).common().mean()).isEqualTo(4);
        assertThat(figures.get(1).equal()).isEqualTo(new Share(1, 2));
        assertThat(figures.get(1).common().mean()).isEqualTo(2.5);
        assertThat(figures.get(1).loops()).isEqualTo(new Share(0, 2));
        PromptFigures alone = PromptFigures.of(List.of(3), List.of(List.of(base))).getFirst();
        assertThat(alone.equal().of()).isZero();
        assertThat(alone.common().mean()).isNaN();
    }

    @ParameterizedTest
    @CsvSource({"ev512,512", "ev2k,2048", "ev8K,8192", "4096,4096"})
    void setsAreNamedByTheirLength(String set, int length) {
        assertThat(FactMeasurement.contextLength(set)).hasValue(length);
    }

    @ParameterizedTest
    @CsvSource({"hard", "ev2k-b", "ev0", "ev12345678"})
    void otherNamesHaveNoLength(String set) {
        assertThat(FactMeasurement.contextLength(set)).isEmpty();
    }
}
