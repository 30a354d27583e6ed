package io.github.jlamadsla.serve;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.engine.StepReport.Part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class ReadShareTest {
    private final ReadShare share = new ReadShare();
    private long ids;

    /** It comes, its first part is read, then the rest of it. */
    private void request(int prompt, int cached) {
        FakeSequence s = waiting(ids++, prompt);
        share.look(List.of(s.view()), Set.of(s.id));
        int first = (prompt - cached + 1) / 2;
        share.ran(List.of(new Part(s.id, 0, cached, first, false)));
        s.begin(0, _ -> {
        });
        share.look(List.of(s.view()), Set.of(s.id));
        share.ran(List.of(new Part(s.id, 0, cached + first, prompt - cached - first, false)));
        share.ran(List.of(new Part(s.id, 0, prompt, 1, true)));
    }

    private static FakeSequence waiting(long id, int prompt) {
        return new FakeSequence(id, FakeEngine.Ask.of(prompt, 1), FakeModel.USUAL, 0, 0);
    }

    @Test
    void untilSomethingIsMeasuredPromptsAreReadWhole() {
        assertThat(share.share()).isEqualTo(1);
        assertThat(ReadShare.tokens(500, share.share())).isEqualTo(500);
    }

    @Test
    void itIsByTokensNotByRequests() {
        request(100, 0);
        assertThat(share.share()).isEqualTo(1);
        request(900, 800);
        assertThat(share.share()).isCloseTo(.2, within(1e-12));
        assertThat(ReadShare.tokens(1_000, share.share())).isEqualTo(200);
        assertThat(ReadShare.tokens(1, share.share())).isOne();
    }

    @Test
    void theLatestCountMost() {
        Stream.generate(() -> 0).limit(200).forEach(cached -> request(1_000, cached));
        Stream.generate(() -> 900).limit(32).forEach(cached -> request(1_000, cached));
        assertThat(share.share()).isBetween(.1, .5);
        Stream.generate(() -> 900).limit(200).forEach(cached -> request(1_000, cached));
        assertThat(share.share()).isCloseTo(.1, within(.01));
    }

    /** The budget had no room for the tokens of the step it began in. */
    @Test
    void whatIsStalledBeforeItsFirstPartCountsWhenThatRuns() {
        FakeSequence s = waiting(7, 100);
        share.look(List.of(s.view()), Set.of(7L));
        s.cached = 60;
        s.begin(0, _ -> {
        });
        s.stalled = true;
        share.look(List.of(s.view()), Set.of(7L));
        assertThat(share.share()).isEqualTo(1);
        share.ran(List.of(new Part(7, 0, 60, 40, false)));
        assertThat(share.share()).isCloseTo(.4, within(1e-12));
    }

    @Test
    void whatEndsUnreadSaysNothing() {
        share.look(List.of(waiting(7, 100).view()), Set.of(7L));
        share.look(List.of(), Set.of());
        share.ran(List.of(new Part(7, 0, 90, 10, false)));
        assertThat(share.share()).isEqualTo(1);
    }
}
