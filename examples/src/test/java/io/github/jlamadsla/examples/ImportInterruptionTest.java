package io.github.jlamadsla.examples;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** An import of a large file as a process of its own, ended by a signal while it writes. */
class ImportInterruptionTest {
    private static final long ZEROS = 805_423_360; // as make_models.py says

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    @Timeout(60)
    void leavesNothingAndSaysOneLine(String signal, int exitCode) throws IOException, InterruptedException {
        Path file = Files.copy(ImportGgufTest.FILES.resolve("large-header.gguf"), folder.resolve("large.gguf"));
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength((open.length() + 31) / 32 * 32 + ZEROS); // a hole: it takes no space
        }
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(command(file)).redirectError(errors.toFile()).start();
        try {
            while (!weightsAreWritten()) {
                assertThat(process.isAlive()).as("%s", errors).isTrue();
                Thread.sleep(5);
            }
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid()).inheritIO().start();
            assertThat(kill.waitFor()).isZero();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isEqualTo(exitCode);
        assertThat(Files.readAllLines(errors)).filteredOn(line -> !line.startsWith("WARNING: Using incubator modules"))
                .containsExactly("Interrupted.");
        assertThat(names(folder)).containsExactlyInAnyOrder("errors", "large.gguf");
    }

    private boolean weightsAreWritten() {
        return names(folder).stream().filter(name -> name.endsWith(".part"))
                .anyMatch(part -> names(folder.resolve(part)).stream()
                        .anyMatch(name -> name.startsWith("model.safetensors")));
    }

    private static List<String> names(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> command(Path file) {
        List<String> command = new ArrayList<>();
        // Whoever runs the tests in the background has them ignore SIGINT, and children inherit that.
        command.addAll(List.of("env", "--default-signal=INT"));
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(List.of(System.getProperty("jlamadsla.jvm.flags").split(" ")));
        command.addAll(List.of("-Xmx128m", "-cp", System.getProperty("java.class.path"), ImportGguf.class.getName(),
                file.toString(), "--to", folder.resolve("model").toString()));
        return command;
    }
}
