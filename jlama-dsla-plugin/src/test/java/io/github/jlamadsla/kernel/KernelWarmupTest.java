package io.github.jlamadsla.kernel;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.contains;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.verifyNoMoreInteractions;

class KernelWarmupTest {

    private final Logger log = mock(Logger.class);
    private final AtomicLong now = new AtomicLong();

    @Test
    void warnsOfTheOneBelowTheFloorAndKeepsTheBudget() {
        AtomicInteger runs = new AtomicInteger();
        var fast = new KernelWarmup.Workload("fast", 3100, () -> {
            // Slow until compiled: the best run counts.
            now.addAndGet(runs.incrementAndGet() < 4 ? 5000 : 100);
        });
        var slow = new KernelWarmup.Workload("slow", 2900, () -> now.addAndGet(100));
        var uncompared = new KernelWarmup.Workload("uncompared", 0, () -> now.addAndGet(100));
        List<KernelWarmup.Result> results = new KernelWarmup(now::get, Duration.ofNanos(20_000), log)
                .run(List.of(fast, slow, uncompared), 100);
        assertThat(results).containsExactly(new KernelWarmup.Result("fast", 31, false),
                new KernelWarmup.Result("slow", 29, true), new KernelWarmup.Result("uncompared", 0, false));
        assertThat(now.get()).isBetween(20_000L, 20_300L);
        verify(log).warn(contains("may not be compiled well"), any(Object[].class));
        verifyNoMoreInteractions(log);
    }

    @Test
    void runsEachOnceWhateverTheBudget() {
        AtomicInteger runs = new AtomicInteger();
        new KernelWarmup(now::get, Duration.ZERO, log)
                .run(List.of(new KernelWarmup.Workload("one", 0, runs::incrementAndGet)), 1);
        assertThat(runs).hasValue(1);
        assertThat(new KernelWarmup(now::get, Duration.ofDays(1), log).run(List.of(), 1)).isEmpty();
        verifyNoInteractions(log);
    }

    @Test
    void productWorkloadsRunInEveryFormat() {
        Set<WeightType> types = EnumSet.allOf(WeightType.class);
        MatMul matMul = new VectorMatMul(new F32TilesX2(6), new Bf16TilesX2(4), 1 << 19);
        List<KernelWarmup.Workload> workloads = ProductWorkloads.of(matMul, types);
        assertThat(workloads).hasSize(6);
        assertThat(new KernelWarmup(System::nanoTime, Duration.ofMillis(1), log).run(workloads, 0))
                .filteredOn(r -> r.gflops() > 0).hasSize(3);
    }
}
