package io.github.jlamadsla.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class AvailableMemoryTest {
    @TempDir
    Path folder;

    @Test
    void onLinuxItIsWhatTheKernelSays() throws IOException {
        Path meminfo = Files.writeString(folder.resolve("meminfo"), """
                MemTotal:       16259220 kB
                MemFree:          100000 kB
                MemAvailable:    8000000 kB
                """);
        assertThat(AvailableMemory.bytes(meminfo, 1L << 40)).isEqualTo(8_000_000L * 1_024);
    }

    @Test
    void aContainersLimitIsSmaller() throws IOException {
        Path meminfo = Files.writeString(folder.resolve("meminfo"), "MemAvailable:    8000000 kB\n");
        assertThat(AvailableMemory.bytes(meminfo, 1L << 30)).isEqualTo(1L << 30);
    }

    @Test
    void elsewhereItIsTheWholeMemory() throws IOException {
        assertThat(AvailableMemory.bytes(folder.resolve("missing"), 123)).isEqualTo(123);
        assertThat(AvailableMemory.bytes(Files.writeString(folder.resolve("meminfo"), "MemTotal: 1 kB\n"), 123))
                .isEqualTo(123);
    }

    @Test
    void thisMachineHasSome() {
        assertThat(AvailableMemory.bytes()).isGreaterThan(64L << 20);
    }
}
