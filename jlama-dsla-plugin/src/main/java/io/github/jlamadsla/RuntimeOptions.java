package io.github.jlamadsla;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import com.sun.management.OperatingSystemMXBean;

import io.github.jlamadsla.engine.EngineObserver;
import io.github.jlamadsla.engine.QueueLimits;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.memory.AvailableMemory;
import io.github.jlamadsla.serve.LevelMode;
import io.github.jlamadsla.serve.LevelMove;

/** What a {@link DslaRuntime.Builder} has gathered. */
final class RuntimeOptions {
    static final String DEFAULT_DSLA_FOLDER = "dsla";
    private static final double MOST_PREFIX_SHARE = .9;

    Path modelDirectory;
    KvPrecision kvPrecision = KvPrecision.F16;
    LevelMode levelMode = LevelMode.adaptive();
    Consumer<LevelMove> levelListener = _ -> {
    };
    EngineObserver observer = EngineObserver.NONE;
    boolean allowScalarKernels;
    LongSupplier availableMemory = AvailableMemory::bytes;
    private String dslaFolder = DEFAULT_DSLA_FOLDER;
    private boolean dslaRequired;
    private int threads;
    private long memoryLimit;
    private int maxQueuedRequests = 64;
    private long maxQueuedPromptTokens = 1 << 20;
    private int prefillChunk = 256;
    private double prefixCacheShare = .5;
    private Duration warmUp = Duration.ofSeconds(2);

    void dslaFolder(String folder) {
        if (folder.isBlank() || !Path.of(folder).equals(Path.of(folder).getFileName())) {
            throw new IllegalArgumentException(
                    "dslaFolder is '" + folder + "'; allowed: the name of a folder in the model directory");
        }
        dslaFolder = folder;
        dslaRequired = true;
    }

    void threads(int value) {
        threads = inRange("threads", value, 1, 1_024);
    }

    void maxQueuedRequests(int value) {
        maxQueuedRequests = inRange("maxQueuedRequests", value, 1, Integer.MAX_VALUE);
    }

    void maxQueuedPromptTokens(long value) {
        if (value < 1) {
            throw new IllegalArgumentException("maxQueuedPromptTokens is " + value + "; allowed: 1 or more");
        }
        maxQueuedPromptTokens = value;
    }

    void prefillChunk(int value) {
        prefillChunk = inRange("prefillChunk", value, 1, 8_192);
    }

    void warmUp(Duration value) {
        if (value.isNegative() || value.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("warmUp is " + value + "; allowed: 0 to 1 minute");
        }
        warmUp = value;
    }

    void memoryLimit(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("memoryLimit is " + bytes + "; allowed: 1 byte or more");
        }
        memoryLimit = bytes;
    }

    void prefixCacheShare(double share) {
        if (!(share >= 0 && share <= MOST_PREFIX_SHARE)) {
            throw new IllegalArgumentException(
                    "prefixCache is " + share + "; allowed: 0 to " + MOST_PREFIX_SHARE + " of the memory limit");
        }
        prefixCacheShare = share;
    }

    private static int inRange(String name, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(name + " is " + value + "; allowed: " + low
                    + (high == Integer.MAX_VALUE ? " or more" : " to " + high));
        }
        return value;
    }

    String dslaFolder() {
        return dslaFolder;
    }

    boolean dslaRequired() {
        return dslaRequired;
    }

    /** 0: as many as there are physical cores. */
    int threads() {
        return threads;
    }

    /** Bytes; a quarter of the machine's memory if not set. */
    long memoryLimit() {
        return memoryLimit > 0
                ? memoryLimit
                : ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize() / 4;
    }

    QueueLimits queueLimits() {
        return new QueueLimits(maxQueuedRequests, maxQueuedPromptTokens);
    }

    /** Most of the memory limit that prefixes may hold; 0 for none. */
    double prefixCacheShare() {
        return prefixCacheShare;
    }

    Duration warmUp() {
        return warmUp;
    }

    int prefillChunk() {
        return prefillChunk;
    }
}
