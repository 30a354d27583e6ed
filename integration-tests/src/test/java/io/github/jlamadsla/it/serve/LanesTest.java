package io.github.jlamadsla.it.serve;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Servers beside each other never share a processor. */
class LanesTest {
    @Test
    void oneLaneIsTheWholeMachine() {
        Lanes lanes = new Lanes(0, 16);

        assertThat(lanes.count()).isEqualTo(1);
        assertThat(lanes.launcher(0)).isEmpty();
    }

    @Test
    void lanesHaveProcessorsOfTheirOwn() {
        Lanes lanes = new Lanes(3, 8);

        assertThat(lanes.count()).isEqualTo(2);
        assertThat(lanes.launcher(0)).containsExactly("taskset", "-c", "0-2");
        assertThat(lanes.launcher(1)).containsExactly("taskset", "-c", "3-5");
        assertThatIllegalArgumentException().isThrownBy(() -> new Lanes(9, 8))
                .withMessageContaining("0 (not bound) to 8");
    }

    @Test
    void allJobsAreDoneAtOnceEachInALaneThatIsFree() throws Exception {
        Lanes lanes = new Lanes(2, 8);
        Set<List<String>> busy = ConcurrentHashMap.newKeySet();
        CountDownLatch full = new CountDownLatch(lanes.count());

        List<Integer> done = lanes.run(IntStream.range(0, 20).boxed().toList(), job -> launcher -> {
            assertThat(busy.add(launcher)).as("lane %s is free", launcher).isTrue();
            full.countDown();
            assertThat(waited(full)).as("four jobs at once").isTrue();
            busy.remove(launcher);
            return 10 * job;
        });

        assertThat(done).containsExactlyElementsOf(IntStream.range(0, 20).map(i -> 10 * i).boxed().toList());
    }

    private static boolean waited(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
