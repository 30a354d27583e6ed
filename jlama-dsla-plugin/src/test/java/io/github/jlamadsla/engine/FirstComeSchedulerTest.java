package io.github.jlamadsla.engine;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FirstComeSchedulerTest {

    private static SequenceView reading(long id, int left) {
        return new SequenceView(id, 10 + left, 10, 0, 0);
    }

    private static SequenceView decoding(long id) {
        return new SequenceView(id, 10, 12, 0, 0);
    }

    private static List<StepPlan.Entry> plan(int budget, SequenceView... sequences) {
        return new FirstComeScheduler(budget).schedule(List.of(sequences)).entries();
    }

    private static StepPlan.Entry entry(long id, int tokens) {
        return new StepPlan.Entry(id, 0, tokens);
    }

    @Test
    void whatDecodesComesFirstAndPromptsShareWhatIsLeft() {
        assertThat(plan(16, reading(1, 5), decoding(2), reading(3, 100), decoding(4), reading(5, 3)))
                .containsExactly(entry(2, 1), entry(4, 1), entry(1, 5), entry(3, 9));
    }

    @Test
    void aLongPromptIsReadInChunks() {
        assertThat(plan(16, reading(1, 8_000))).containsExactly(entry(1, 16));
    }

    @Test
    void promptsDoNotStarve() {
        SequenceView[] many = new SequenceView[41];
        for (int i = 0; i < 40; i++) {
            many[i] = decoding(i);
        }
        many[40] = reading(40, 100);
        assertThat(plan(16, many)).hasSize(41).endsWith(entry(40, 4));
        assertThat(plan(1, many)).hasSize(41).endsWith(entry(40, 1));
    }

    @Test
    void raisesToWhatIsDueAndNeverDown() {
        assertThat(plan(16, new SequenceView(1, 10, 12, 2, 4), new SequenceView(2, 10, 0, 3, 1)))
                .containsExactly(new StepPlan.Entry(1, 4, 1), new StepPlan.Entry(2, 3, 10));
    }

    @Test
    void refusesABudgetOfNothing() {
        assertThatThrownBy(() -> new FirstComeScheduler(0)).hasMessage("prefillChunk is 0; allowed: 1 or more");
    }

    @Property(tries = 500)
    void everyPlanIsBoundedAndMoves(@ForAll @IntRange(min = 1, max = 300) int budget,
            @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 500) Integer> promptsLeft) {
        List<SequenceView> views = new ArrayList<>();
        for (int i = 0; i < promptsLeft.size(); i++) {
            views.add(reading(i, promptsLeft.get(i)));
        }
        List<StepPlan.Entry> entries = new FirstComeScheduler(budget).schedule(views).entries();
        assertThat(entries).isNotEmpty().extracting(StepPlan.Entry::sequence).doesNotHaveDuplicates();
        long decoding = promptsLeft.stream().filter(left -> left == 0).count();
        long read = 0;
        for (StepPlan.Entry entry : entries) {
            int left = promptsLeft.get((int) entry.sequence());
            assertThat(entry.tokens()).isBetween(1, Math.max(1, left));
            read += left == 0 ? 0 : entry.tokens();
        }
        assertThat(entries.stream().filter(e -> promptsLeft.get((int) e.sequence()) == 0).count())
                .isEqualTo(decoding);
        assertThat(read).isLessThanOrEqualTo(Math.max(budget - decoding, Math.max(1, budget / 4)));
        assertThat(read > 0).isEqualTo(decoding < promptsLeft.size());
    }
}
