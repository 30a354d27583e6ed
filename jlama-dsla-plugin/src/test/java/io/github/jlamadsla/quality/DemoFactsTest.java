package io.github.jlamadsla.quality;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hidden facts read by the demo model: an answer that is right teacher-forced is what the model writes by itself, as
 * real generations show.
 */
class DemoFactsTest {
    private static final Path CHATS = Path.of("src/test/resources/quality/qa-piece.jsonl");
    private static final List<Integer> LEVELS = List.of(0, 6);

    @Test
    void whatIsRightTeacherForcedIsWrittenToo() {
        try (MeasuredModel measured = Measured.demo()) {
            FactScorer scorer = new FactScorer(measured, LEVELS);
            List<Boolean> forced = new ArrayList<>();
            List<FactChat> chats = FactChatReader.read(CHATS, measured.codec(), 2).stream()
                    .filter(chat -> chat.set().equals("ev512")).toList();
            for (FactChat chat : chats) {
                List<List<FactScorer.Outcome>> outcomes = scorer.score(chat, _ -> {
                });
                for (int level = 0; level < LEVELS.size(); level++) {
                    for (int i = 0; i < chat.answers().size(); i++) {
                        FactScorer.Outcome outcome = outcomes.get(level).get(i);
                        boolean written = scorer.generates(chat, chat.answers().get(i), LEVELS.get(level));
                        assertThat(outcome.generated()).isEqualTo(written);
                        assertThat(written).as("chat about %s, answer %d at level %d", chat.set(), i,
                                LEVELS.get(level)).isEqualTo(outcome.teacherForced());
                        forced.add(outcome.teacherForced());
                    }
                }
            }
            // Chat by chat, level 0 before level 6, as the program of quality/README.md has them.
            assertThat(forced).containsExactly(true, false, true, true, true, false, true, true, true, true, true, true,
                    true, true, true, false);
            assertThat(measured.budget().used()).isZero();
        }
    }
}
