package io.github.jlamadsla.serve;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Each clause of the authors' rule ({@code facts/serving.md}), and its borders as their code has them. */
class AuthorsRuleTest {
    private static final AuthorsRule RULE = new AuthorsRule(12);
    private static final double NEVER = Double.POSITIVE_INFINITY;

    @ParameterizedTest
    @CsvSource({"49,1023,3", "50,0,4", "0,1024,4", "51,2000,4", "24,819,2", "25,0,3", "0,820,3", "0,0,2", "25,820,3"})
    void oneLayerMoreOrOneBack(int requests, int longest, int to) {
        assertThat(Load.at(3, 12).queue(requests, 9_999, longest, 0).decide(RULE).to()).isEqualTo(to);
    }

    @ParameterizedTest
    @CsvSource({"59.9,Infinity,false", "60,Infinity,true", "Infinity,59.9,false", "Infinity,60,true", "100,59.9,false",
        "59.9,100,false", "-1,-1,true"})
    void aMinuteAfterAChangeNothingIsDoneEitherWay(double sinceUp, double sinceDown, boolean moves) {
        assertThat(Load.at(3, 12).queue(60, 1, 1, 0).moved(sinceUp, sinceDown).decide(RULE).moves()).isEqualTo(moves);
        assertThat(Load.at(3, 12).moved(sinceUp, sinceDown).decide(RULE).moves()).isEqualTo(moves);
    }

    @ParameterizedTest
    @CsvSource({"12,12,9", "30,30,22", "8,8,6", "12,5,5", "1,1,0"})
    void upToThreeQuartersOfTheLayersAndTheTop(int layers, int top, int most) {
        int level = 0;
        for (int i = 0; i < 40; i++) {
            level = Load.at(level, top).queue(60, 1, 1, 0).moved(NEVER, NEVER).decide(new AuthorsRule(layers)).to();
        }
        assertThat(level).isEqualTo(most);
    }

    @Test
    void neverBelowZero() {
        assertThat(Load.at(0, 12).decide(RULE)).isEqualTo(LevelMove.stay(0));
    }

    @Test
    void theReasonHasItsNumbers() {
        assertThat(Load.at(3, 12).queue(50, 9_999, 2_048, 0).decide(RULE))
                .isEqualTo(new LevelMove(3, 4, "authors' rule: 50 queued requests, longest prompt 2,048 tokens"));
    }

    @Test
    void refusalIsAtTwiceTheQueue() {
        assertThat(AuthorsRule.MOST_QUEUED).isEqualTo(100);
        assertThatThrownBy(() -> new AuthorsRule(0)).hasMessage("layers is 0; allowed: 1 or more");
    }
}
