package io.github.jlamadsla.kernel;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(60)
class SpinningWorkersTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void eachTaskRunsOnceAndNoWorkerTwiceAtOnce(int threads) {
        try (Workers workers = new SpinningWorkers(threads)) {
            assertThat(workers.threads()).isEqualTo(threads);
            for (int tasks : new int[]{0, 1, 2, 3, 50, 1000}) {
                AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
                AtomicIntegerArray inside = new AtomicIntegerArray(threads);
                AtomicInteger clashes = new AtomicInteger();
                workers.run(tasks, (task, worker) -> {
                    if (inside.incrementAndGet(worker) != 1) {
                        clashes.incrementAndGet();
                    }
                    runs.incrementAndGet(task);
                    inside.decrementAndGet(worker);
                });
                for (int i = 0; i < tasks; i++) {
                    assertThat(runs.get(i)).isEqualTo(1);
                }
                assertThat(clashes).hasValue(0);
            }
        }
    }

    @Test
    void tasksRunAtTheSameTimeAndWorkersComeBackFromParking() throws InterruptedException {
        try (Workers workers = new SpinningWorkers(2)) {
            for (int i = 0; i < 5; i++) {
                // Each task waits for the other: they end only if both run at once.
                CountDownLatch both = new CountDownLatch(2);
                workers.run(2, (task, worker) -> {
                    both.countDown();
                    await(both);
                });
                assertThat(both.getCount()).isZero();
                Thread.sleep(20);
            }
        }
    }

    @Test
    void manyShortRunsLoseNothingThatWasWritten() {
        int runs = 100_000;
        int[] plain = new int[2 * 64];
        try (Workers workers = new SpinningWorkers(2)) {
            for (int i = 0; i < runs; i++) {
                int expected = i;
                workers.run(2, (task, worker) -> {
                    if (plain[task * 64] != expected) {
                        throw new IllegalStateException("task " + task + " sees " + plain[task * 64]);
                    }
                    plain[task * 64]++;
                });
                if (plain[0] != i + 1 || plain[64] != i + 1) {
                    throw new AssertionError("run " + i + ": " + plain[0] + " and " + plain[64]);
                }
            }
        }
        assertThat(plain[0]).isEqualTo(runs);
        assertThat(plain[64]).isEqualTo(runs);
    }

    @Test
    void anExceptionIsThrownAfterAllTasksHaveEnded() {
        try (Workers workers = new SpinningWorkers(2)) {
            for (int bad = 0; bad < 8; bad++) {
                AtomicInteger ended = new AtomicInteger();
                int failing = bad;
                assertThatThrownBy(() -> workers.run(8, (task, worker) -> {
                    ended.incrementAndGet();
                    if (task == failing) {
                        throw new UnsupportedOperationException("task " + task);
                    }
                })).isInstanceOf(UnsupportedOperationException.class).hasMessage("task " + bad);
                assertThat(ended).hasValue(8);
            }
            assertThatThrownBy(() -> workers.run(3, (task, worker) -> {
                throw new AssertionError("task " + task);
            })).isInstanceOf(AssertionError.class).satisfies(e -> assertThat(e.getSuppressed()).hasSize(2));
            AtomicInteger after = new AtomicInteger();
            workers.run(5, (task, worker) -> after.incrementAndGet());
            assertThat(after).hasValue(5);
        }
    }

    @Test
    void threadsHaveNamesAndEndOnClose() {
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        Workers workers = new SpinningWorkers(3);
        CountDownLatch all = new CountDownLatch(3);
        workers.run(3, (task, worker) -> {
            seen.add(Thread.currentThread());
            all.countDown();
            await(all);
        });
        seen.remove(Thread.currentThread());
        assertThat(seen).extracting(Thread::getName).containsExactlyInAnyOrder("jlamadsla-worker-1",
                "jlamadsla-worker-2");
        assertThat(seen).allMatch(Thread::isDaemon);
        workers.close();
        workers.close();
        assertThat(seen).noneMatch(Thread::isAlive);
        assertThatIllegalStateException().isThrownBy(() -> workers.run(2, (task, worker) -> {
        })).withMessageContaining(
                "closed");
    }

    @Test
    void nestedRunsAndOddCountsAreRefused() {
        try (Workers workers = new SpinningWorkers(2)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> workers.run(2, (task, worker) -> workers.run(1, (t, w) -> {
                    })))
                    .withMessageContaining("enclosing task");
            assertThatIllegalArgumentException().isThrownBy(() -> workers.run(-1, (task, worker) -> {
            }));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new SpinningWorkers(0)).withMessageContaining("not 0");
        assertThatIllegalArgumentException().isThrownBy(() -> new SpinningWorkers(5000));
    }

    @Test
    void anInterruptOfTheCallerIsKeptAndHarmsNothing() {
        try (Workers workers = new SpinningWorkers(2)) {
            AtomicInteger ended = new AtomicInteger();
            Thread.currentThread().interrupt();
            workers.run(4, (task, worker) -> ended.incrementAndGet());
            assertThat(Thread.interrupted()).isTrue();
            assertThat(ended).hasValue(4);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
