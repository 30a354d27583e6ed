package io.github.jlamadsla.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The program as a process of its own, ended by a signal in the middle of its work. */
class InterruptionTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    @Timeout(60)
    void endsWithOneLineAndTheSignalsExitCode(String signal, int exitCode) throws IOException, InterruptedException {
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(command()).redirectError(errors.toFile()).start();
        try (BufferedReader out = process.inputReader()) {
            assertThat(out.lines().anyMatch(line -> line.contains("tokens of text, 10 facts hidden"))).isTrue();
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid()).inheritIO().start();
            assertThat(kill.waitFor()).isZero();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isEqualTo(exitCode);
        assertThat(Files.readAllLines(errors)).filteredOn(line -> !line.startsWith("WARNING: Using incubator modules"))
                .containsExactly("Interrupted.");
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>();
        // Whoever runs the tests in the background has them ignore SIGINT, and children inherit that.
        command.addAll(List.of("env", "--default-signal=INT"));
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(List.of(System.getProperty("jlamadsla.jvm.flags").split(" ")));
        command.add("-D" + DemoModel.PROPERTY + "=" + DemoModel.find());
        // A busy machine makes the runtime warn that it is slow.
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=off");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), AskTheStory.class.getName()));
        return command;
    }
}
