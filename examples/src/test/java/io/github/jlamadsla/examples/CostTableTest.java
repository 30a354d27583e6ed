package io.github.jlamadsla.examples;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.engine.LevelChange;
import io.github.jlamadsla.examples.Outcome.Verdict;

import static org.assertj.core.api.Assertions.assertThat;

class CostTableTest {

    @Test
    void aRowPerLevelAndPerFigureAColumnForEachLength() {
        assertThat(CostTable.lines(someOutcomes())).containsExactly(
                "level    right      s to first token          ms per token          MB of memory",
                "      of asked   2,000  4,000  8,000   2,000  4,000  8,000   2,000  4,000  8,000",
                "--------------------------------------------------------------------------------",
                "    0   2 of 3    1.00   2.00   4.00     5.0    5.0    5.0    16.0   32.0   64.0",
                "    6   3 of 3    0.50   1.00   2.00     5.0    5.0    5.0     4.0    8.0   16.0");
    }

    @Test
    void oneLengthAndNothingToJudge() {
        Outcomes own = new Outcomes(
                List.of(outcome(345, 2, 1_000, 4, Verdict.UNKNOWN), outcome(345, 4, 900, 0, Verdict.UNKNOWN)));
        assertThat(CostTable.lines(own)).containsExactly(
                "level  s to first token  ms per token  MB of memory",
                "                    345           345           345",
                "---------------------------------------------------",
                "    2              1.00           5.0          16.0",
                "    4              0.90             -          14.4");
    }

    static Outcomes someOutcomes() {
        List<Outcome> all = new ArrayList<>();
        for (int length : StoryRun.LENGTHS) {
            all.add(outcome(length, 0, length / 2, 3, length == 4_000 ? Verdict.WRONG : Verdict.RIGHT));
            Outcome six = outcome(length, 6, length / 4, 3, Verdict.RIGHT);
            all.add(new Outcome(length, 6, withMemory(six.answer(), length * 2_000L), six.verdict()));
        }
        return new Outcomes(all);
    }

    private static Outcome outcome(int textTokens, int level, int millis, int steps, Verdict verdict) {
        Answer answer = new Answer("Umber.", List.of(new LevelChange(0, level)), textTokens + 40, steps,
                Duration.ofMillis(millis), Duration.ofMillis(5L * steps), millis * 16_000L);
        return new Outcome(textTokens, level, answer, verdict);
    }

    private static Answer withMemory(Answer answer, long bytes) {
        return new Answer(answer.text(), answer.levels(), answer.promptTokens(), answer.steps(),
                answer.timeToFirstToken(), answer.decodeTime(), bytes);
    }
}
