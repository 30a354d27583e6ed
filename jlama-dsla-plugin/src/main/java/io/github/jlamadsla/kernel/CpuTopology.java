package io.github.jlamadsla.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * What the machine says about its processor.
 *
 * @param physicalCores cores that this process may use at once, 1 or more
 * @param l2Bytes second-level cache of a core
 */
public record CpuTopology(int physicalCores, int l2Bytes) {

    private static final Path LINUX = Path.of("/sys/devices/system/cpu");
    private static final int L2_UNKNOWN = 512 << 10;
    private static final int L2_LEAST = 128 << 10;
    private static final int L2_MOST = 4 << 20;

    public static CpuTopology ofThisMachine() {
        return read(LINUX, Runtime.getRuntime().availableProcessors());
    }

    /**
     * @param root where Linux describes the processors; what is not there is guessed
     * @param available processors that the JVM may use, affinity and container limits considered
     */
    static CpuTopology read(Path root, int available) {
        Set<String> cores = new HashSet<>();
        int processors = 0;
        for (String siblings; (siblings = line(
                root.resolve("cpu" + processors + "/topology/thread_siblings_list"))) != null; processors++) {
            cores.add(siblings);
        }
        // Which processors a limit leaves us is not known: assume that they share cores as all do.
        int physical = cores.isEmpty() ? available : (int) ((long) available * cores.size() / processors);
        return new CpuTopology(Math.max(1, physical), l2(line(root.resolve("cpu0/cache/index2/size"))));
    }

    private static int l2(String size) {
        if (size == null || !size.matches("[0-9]{1,6}K")) {
            return L2_UNKNOWN;
        }
        return Math.clamp(Integer.parseInt(size.substring(0, size.length() - 1)) * 1024L, L2_LEAST, L2_MOST);
    }

    private static String line(Path file) {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            return null;
        }
    }
}
