package io.github.jlamadsla.examples.chat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.GenerationResult.Timings;
import io.github.jlamadsla.engine.LevelChange;

import static org.assertj.core.api.Assertions.assertThat;

class StatsLineTest {
    private static final List<LevelChange> LEVEL_4 = List.of(new LevelChange(0, 4));

    @Test
    void hasLevelTokensTimesAndMemory() {
        assertThat(StatsLine.of(result(38, FinishReason.STOP, LEVEL_4, 2_000)))
                .isEqualTo("level 4 | 1,512 + 38 tokens | 0.31 s to the first | 19.0 tokens/s | 9.8 MB");
    }

    @Test
    void aRaisedAnswerShowsWhereItWasRaised() {
        List<LevelChange> levels = List.of(new LevelChange(0, 1), new LevelChange(2_000, 2),
                new LevelChange(4_001, 3));
        assertThat(StatsLine.of(result(38, FinishReason.STOP, levels, 2_000)))
                .startsWith("level 1, 2 from token 2,000, 3 from token 4,001 | ");
    }

    @Test
    void anAnswerThatDidNotEndByItselfSaysSo() {
        // 38 tokens, so 37 after the first: no end token was chosen.
        assertThat(StatsLine.of(result(38, FinishReason.LENGTH, LEVEL_4, 2_000)))
                .startsWith("cut off | level 4 | ").contains("18.5 tokens/s");
        assertThat(StatsLine.of(result(38, FinishReason.CANCELLED, LEVEL_4, 2_000)))
                .startsWith("stopped | level 4 | ");
    }

    @Test
    void tokensThatWereKnownFromEarlierAreNamed() {
        GenerationResult cached = new GenerationResult(List.of(7), "text", FinishReason.STOP, 1_512, 1_472, LEVEL_4,
                new Timings(Duration.ZERO, Duration.ofMillis(300), Duration.ZERO), 9_800_000);
        assertThat(StatsLine.of(cached)).startsWith("level 4 | 1,512 (1,472 cached) + 1 tokens | ");
    }

    @Test
    void whatWasNotMeasuredIsADash() {
        assertThat(StatsLine.of(result(0, FinishReason.CANCELLED, LEVEL_4, 0)))
                .isEqualTo("stopped | level 4 | 1,512 + 0 tokens | - to the first | - tokens/s | 9.8 MB");
        assertThat(StatsLine.of(result(1, FinishReason.LENGTH, LEVEL_4, 0)))
                .contains("0.31 s to the first | - tokens/s");
        assertThat(StatsLine.of(result(0, FinishReason.STOP, LEVEL_4, 0)))
                .contains("0.31 s to the first | - tokens/s");
    }

    private static GenerationResult result(int tokens, FinishReason reason, List<LevelChange> levels,
            long decodeMillis) {
        return new GenerationResult(Collections.nCopies(tokens, 7), "text", reason, 1_512, 0, levels,
                new Timings(Duration.ofMillis(10), Duration.ofMillis(300), Duration.ofMillis(decodeMillis)), 9_800_000);
    }
}
