package io.github.jlamadsla.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class CpuTopologyTest {

    @TempDir
    Path root;

    @Test
    void siblingsCountAsOneCore() throws IOException {
        for (int cpu = 0; cpu < 8; cpu++) {
            put("cpu" + cpu + "/topology/thread_siblings_list", cpu % 4 + "," + (cpu % 4 + 4) + "\n");
        }
        put("cpu0/cache/index2/size", "1024K\n");
        assertThat(CpuTopology.read(root, 8)).isEqualTo(new CpuTopology(4, 1 << 20));
        assertThat(CpuTopology.read(root, 3).physicalCores()).isEqualTo(1);
        assertThat(CpuTopology.read(root, 1).physicalCores()).isEqualTo(1);
    }

    @Test
    void withoutSiblingsEveryProcessorIsACore() throws IOException {
        put("cpu0/topology/thread_siblings_list", "0\n");
        put("cpu1/topology/thread_siblings_list", "1\n");
        put("cpu0/cache/index2/size", "strange\n");
        assertThat(CpuTopology.read(root, 2)).isEqualTo(new CpuTopology(2, 512 << 10));
    }

    @Test
    void whereNothingIsKnownTheJvmIsBelieved() {
        assertThat(CpuTopology.read(root.resolve("none"), 6)).isEqualTo(new CpuTopology(6, 512 << 10));
    }

    @Test
    void thisMachineHasACore() {
        CpuTopology here = CpuTopology.ofThisMachine();
        assertThat(here.physicalCores()).isBetween(1, Runtime.getRuntime().availableProcessors());
        assertThat(here.l2Bytes()).isBetween(128 << 10, 4 << 20);
    }

    private void put(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
