package io.github.jlamadsla.memory;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.sun.management.OperatingSystemMXBean;

/** How much memory the machine can still give, in bytes. */
public final class AvailableMemory {
    private static final Path MEMINFO = Path.of("/proc/meminfo");
    private static final Pattern AVAILABLE = Pattern.compile("MemAvailable:\\s+(\\d{1,15}) kB");

    private AvailableMemory() {}

    /** Of this machine, or of the container that the process runs in. */
    public static long bytes() {
        return bytes(MEMINFO, ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize());
    }

    /**
     * What the kernel counts as available, caches that it would give up included. Other systems have no such figure:
     * what they call free leaves the caches out, so there it is the whole memory.
     *
     * @param meminfo Linux's file, about the machine even in a container; may be missing
     * @param total the machine's memory or, in a container, its limit
     */
    static long bytes(Path meminfo, long total) {
        try (Stream<String> lines = Files.lines(meminfo)) {
            return lines.map(AVAILABLE::matcher)
                    .filter(Matcher::matches)
                    .mapToLong(line -> Math.min(total, Long.parseLong(line.group(1)) * 1_024))
                    .findFirst()
                    .orElse(total);
        } catch (IOException e) {
            return total;
        }
    }
}
