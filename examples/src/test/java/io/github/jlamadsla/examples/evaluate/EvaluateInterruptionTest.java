package io.github.jlamadsla.examples.evaluate;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.examples.DemoModel;

import static org.assertj.core.api.Assertions.assertThat;

/** The program as a process of its own, ended by Ctrl-C in the middle of its work. */
class EvaluateInterruptionTest {
    @TempDir
    Path folder;

    @Test
    @Timeout(60)
    void endsWithOneLineAnd130AndLeavesTheTablesOfWhatIsDoneButNoReport() throws IOException, InterruptedException {
        Path errors = folder.resolve("errors");
        Path report = folder.resolve("report.md");
        Path text = Files.writeString(folder.resolve("text.txt"), "The clerk sat down. ".repeat(500));
        Path prompts = Files.writeString(folder.resolve("prompts.txt"), "Who sat down?\n".repeat(2_000));
        Process process = new ProcessBuilder(command(text, prompts, report)).redirectError(errors.toFile()).start();
        try (BufferedReader out = process.inputReader()) {
            // The last row of the text's table, in the middle of the prompts.
            assertThat(out.lines().anyMatch(line -> line.startsWith("| 6 | "))).isTrue();
            Process kill = new ProcessBuilder("sh", "-c", "kill -INT " + process.pid()).inheritIO().start();
            assertThat(kill.waitFor()).isZero();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isEqualTo(130);
        assertThat(Files.readAllLines(errors)).filteredOn(line -> !line.startsWith("WARNING: Using incubator modules"))
                .containsExactly("Interrupted.");
        assertThat(report).doesNotExist();
    }

    private static List<String> command(Path text, Path prompts, Path report) {
        List<String> command = new ArrayList<>();
        // Whoever runs the tests in the background has them ignore SIGINT, and children inherit that.
        command.addAll(List.of("env", "--default-signal=INT"));
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(List.of(System.getProperty("jlamadsla.jvm.flags").split(" ")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Evaluate.class.getName(),
                DemoModel.find().toString(), "--levels", "6", "--text", text.toString(), "--tokens", "64",
                "--context", "32", "--prompts", prompts.toString(), "--report", report.toString()));
        return command;
    }
}
