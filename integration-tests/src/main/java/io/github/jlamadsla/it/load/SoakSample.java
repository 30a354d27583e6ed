package io.github.jlamadsla.it.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * What a process holds while nothing runs.
 *
 * @param requests that have ended so far
 * @param heap bytes after a collection
 * @param sequences off-heap bytes of all sequences
 * @param resident bytes of the process in memory
 * @param threads of the JVM
 * @param files open file handles
 */
record SoakSample(long requests, long heap, long sequences, long resident, long threads, long files) {
    /**
     * How much more the second half may hold than the first: what the compilers still add, and threads for listeners
     * of requests that have made room for others before their last events were heard.
     */
    static final SoakSample TOLERANCE = new SoakSample(0, 1 << 20, 0, 16 << 20, 4, 0);
    /** Part of the samples that does not count: classes are loaded, kernels compiled, caches filled. */
    private static final int WARM_UP = 4;
    private static final int FEWEST = 8;

    /** Of this process. */
    static SoakSample now(long requests, long sequences) {
        System.gc();
        return new SoakSample(requests, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), sequences,
                residentNow(), ManagementFactory.getThreadMXBean().getThreadCount(), filesOpen());
    }

    private static long residentNow() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            String line = lines.filter(each -> each.startsWith("VmRSS:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        } catch (IOException e) {
            throw new UncheckedIOException("/proc/self/status: cannot be read: " + e, e);
        }
    }

    private static long filesOpen() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException("/proc/self/fd: cannot be read: " + e, e);
        }
    }

    /** In the form that {@link #parse} reads. */
    String line() {
        return requests + " " + heap + " " + sequences + " " + resident + " " + threads + " " + files;
    }

    static SoakSample parse(String line) {
        long[] numbers = Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
        return new SoakSample(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
    }

    /** The medians of the first half and of the second, the warm-up left out. */
    static List<SoakSample> halves(List<SoakSample> samples) {
        if (samples.size() < FEWEST) {
            throw new IllegalArgumentException(samples.size() + " samples; allowed: " + FEWEST + " or more");
        }
        List<SoakSample> counted = samples.subList(samples.size() / WARM_UP, samples.size());
        int middle = counted.size() / 2;
        return List.of(median(counted.subList(0, middle)), median(counted.subList(middle, counted.size())));
    }

    private static SoakSample median(List<SoakSample> samples) {
        return new SoakSample(median(samples, SoakSample::requests), median(samples, SoakSample::heap),
                median(samples, SoakSample::sequences), median(samples, SoakSample::resident),
                median(samples, SoakSample::threads), median(samples, SoakSample::files));
    }

    private static long median(List<SoakSample> samples, ToLongFunction<SoakSample> number) {
        long[] sorted = samples.stream().mapToLong(number).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
