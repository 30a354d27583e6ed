package io.github.jlamadsla.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SnapshotPointsTest {
    private static final int STOP = 9;

    private static List<Integer> prompt(int length, int... stops) {
        List<Integer> tokens = new ArrayList<>(Collections.nCopies(length, 1));
        for (int stop : stops) {
            tokens.set(stop, STOP);
        }
        return tokens;
    }

    private static List<Integer> walk(SnapshotPoints points, int end) {
        List<Integer> found = new ArrayList<>();
        for (int position = 0; position < end;) {
            position = points.next(position);
            found.add(position);
        }
        assertThat(IntStream.rangeClosed(0, end + 600).filter(points::contains).boxed()).isEqualTo(found);
        return found;
    }

    @Test
    void theNewestFourMessageEndsThePromptsEndAndEvery512th() {
        SnapshotPoints points = new SnapshotPoints(prompt(1_300, 3, 5, 700, 701, 1_100, 1_290), Set.of(STOP));
        assertThat(walk(points, 1_300)).containsExactly(512, 701, 702, 1_024, 1_101, 1_291, 1_300);
    }

    @Test
    void aPromptWithoutMessages() {
        assertThat(walk(new SnapshotPoints(prompt(512), Set.of(STOP)), 512)).containsExactly(512);
        assertThat(walk(new SnapshotPoints(prompt(1, 0), Set.of(STOP)), 1)).containsExactly(1);
        assertThat(walk(new SnapshotPoints(prompt(513), Set.of()), 513)).containsExactly(512, 513);
    }
}
