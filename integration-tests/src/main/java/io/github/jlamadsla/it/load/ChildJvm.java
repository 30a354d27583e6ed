package io.github.jlamadsla.it.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A program in a JVM of its own with this one's class path: it may crash, hang, or measure its own memory.
 *
 * @param launcher command and arguments that come before the JVM's own, such as {@code taskset}; may be empty
 * @param flags of the JVM
 * @param limit of its time; then it is ended
 * @param log file that its standard error goes to; the JVM's own crash report lies beside it
 */
public record ChildJvm(List<String> launcher, List<String> flags, Duration limit, Path log) {
    public ChildJvm {
        launcher = List.copyOf(launcher);
        flags = List.copyOf(flags);
    }

    /**
     * Runs a program to its end.
     *
     * @param lines hears each line of its standard output
     * @return how it ended: empty if well
     * @throws UncheckedIOException if it cannot be started
     */
    public String run(Class<?> program, List<String> arguments, Consumer<String> lines) {
        List<String> command = new ArrayList<>(launcher);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + log + ".crash", "-cp",
                System.getProperty("java.class.path"), program.getName()));
        command.addAll(arguments);
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
            // By its handle, which leaves the stream that is being read alone.
            CompletableFuture<Void> timer = CompletableFuture.runAsync(process.toHandle()::destroyForcibly,
                    CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS));
            try (BufferedReader output = process.inputReader()) {
                output.lines().forEach(lines);
            }
            int code = process.waitFor();
            return !timer.cancel(false)
                    ? "took longer than " + limit.toSeconds() + " s and was ended"
                    : code == 0 ? "" : "ended with exit code " + code + lastWords();
        } catch (IOException e) {
            throw new UncheckedIOException(program.getName() + " cannot be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private String lastWords() throws IOException {
        List<String> said = Files.readAllLines(log).stream().filter(line -> !line.isBlank()).toList();
        return said.isEmpty() ? "" : ": " + said.getLast();
    }
}
