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
        return view(id, 10 + left, 10 + left, 10, 0, 0);
    }

    private static SequenceView decoding(long id) {
        return view(id, 10, 13, 12, 0, 0);
    }

    private static SequenceView view(long id, int prompt, int length, int position, int level, int asked) {
        return new SequenceView(id, SequenceView.State.RUNNING, prompt, length, 2_000, position,
                new SequenceView.Levels(level, GenerationRequest.UNPINNED, level, asked, false, 0),
                new SequenceView.Terms(0, 0, Long.MAX_VALUE, 100));
    }

    private static EngineView view(List<SequenceView> sequences, long limit) {
        return new EngineView(0, sequences, new EngineView.Memory(limit, 0, 0, 0));
    }

    private static List<StepPlan.Entry> plan(int budget, SequenceView... sequences) {
        return new FirstComeScheduler(budget, length -> length / 1_000)
                .schedule(view(List.of(sequences), Long.MAX_VALUE))
                .entries();
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
        assertThat(plan(16, reading(1, 800))).containsExactly(entry(1, 16));
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
        assertThat(plan(16, view(1, 10, 13, 12, 2, 4), view(2, 4_010, 4_010, 4_000, 3, 3),
                view(3, 4_010, 4_010, 4_000, 5, 5)))
                .containsExactly(new StepPlan.Entry(1, 4, 1), new StepPlan.Entry(2, 4, 10),
                        new StepPlan.Entry(3, 5, 5));
    }

    @Test
    void aSequenceBeginsWhenThereIsRoomForAllItNeedsAndNoneOvertakes() {
        List<SequenceView> line = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            SequenceView s = view(i, 10, 10, 0, 0, 0);
            line.add(new SequenceView(i, i == 0 ? SequenceView.State.RUNNING : SequenceView.State.WAITING, 10, 10,
                    2_000, 0, s.levels(), new SequenceView.Terms(0, 0, Long.MAX_VALUE, i == 2 ? 250 : 100)));
        }
        assertThat(new FirstComeScheduler(100, _ -> 0).schedule(view(line, 449)).entries())
                .extracting(StepPlan.Entry::sequence).containsExactly(0L, 1L);
        assertThat(new FirstComeScheduler(100, _ -> 0).schedule(view(line, 550)).entries())
                .extracting(StepPlan.Entry::sequence).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void refusesABudgetOfNothing() {
        assertThatThrownBy(() -> new FirstComeScheduler(0, _ -> 0)).hasMessage("prefillChunk is 0; allowed: 1 or more");
    }

    @Property(tries = 500)
    void everyPlanIsBoundedAndMoves(@ForAll @IntRange(min = 1, max = 300) int budget,
            @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 500) Integer> promptsLeft) {
        List<SequenceView> views = new ArrayList<>();
        for (int i = 0; i < promptsLeft.size(); i++) {
            views.add(reading(i, promptsLeft.get(i)));
        }
        List<StepPlan.Entry> entries = new FirstComeScheduler(budget, _ -> 0).schedule(view(views, Long.MAX_VALUE))
                .entries();
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
