package io.github.jlamadsla.serve;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.SequenceView;
import io.github.jlamadsla.engine.SequenceView.State;

import static org.assertj.core.api.Assertions.assertThat;

class RaiseChoiceTest {
    private static final SequenceView.Levels PLAIN = levels(1, GenerationRequest.UNPINNED, 1, false, 50);

    private static SequenceView.Levels levels(int level, int pinned, int asked, boolean fixed, long gain) {
        return new SequenceView.Levels(level, pinned, level, asked, fixed, gain);
    }

    private static SequenceView view(long id, State state, SequenceView.Levels levels) {
        return new SequenceView(id, state, 100, 100, 200, 100, levels,
                new SequenceView.Terms(0, 0, Long.MAX_VALUE, 1_000));
    }

    private static long chosen(SequenceView... sequences) {
        return RaiseChoice.of(List.of(sequences), _ -> 3, s -> s.levels().nextGain()).map(SequenceView::id).orElse(-1L);
    }

    @Test
    void theLargestGainFirstAndOfEqualOnesTheFirstThatCame() {
        SequenceView more = view(2, State.PAUSED, levels(0, GenerationRequest.UNPINNED, 0, false, 51));
        assertThat(chosen(view(1, State.RUNNING, PLAIN), more, view(3, State.STALLED, PLAIN))).isEqualTo(2);
        assertThat(chosen(view(1, State.STALLED, PLAIN), view(3, State.RUNNING, PLAIN))).isEqualTo(1);
    }

    @Test
    void onlyWhatFreesMoreThanItTakesAndIsBelowWhatIsDue() {
        assertThat(chosen(view(1, State.RUNNING, levels(1, GenerationRequest.UNPINNED, 1, false, 0)))).isEqualTo(-1);
        assertThat(chosen(view(1, State.RUNNING, levels(1, GenerationRequest.UNPINNED, 1, false, -9)))).isEqualTo(-1);
        assertThat(chosen(view(1, State.RUNNING, levels(3, GenerationRequest.UNPINNED, 3, false, 9)))).isEqualTo(-1);
    }

    @Test
    void neitherPinnedNorFixedNorWaitingNorTheOwnersOwn() {
        assertThat(chosen(view(1, State.WAITING, PLAIN), view(2, State.RUNNING, levels(1, 1, 1, false, 50)),
                view(3, State.RUNNING, levels(1, GenerationRequest.UNPINNED, 1, true, 50)),
                view(4, State.RUNNING, levels(1, GenerationRequest.UNPINNED, 2, false, 50)))).isEqualTo(-1);
    }
}
