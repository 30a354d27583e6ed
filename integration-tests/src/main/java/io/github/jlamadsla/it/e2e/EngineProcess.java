package io.github.jlamadsla.it.e2e;

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

import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.jlamadsla.it.e2e.MeasuringProcess.Reply;

/** An engine in a JVM of its own, seen from the benchmark. Once it has ended, every trial fails with the reason. */
final class EngineProcess implements AutoCloseable {
    private final ObjectMapper json = new ObjectMapper();
    private final Process process;
    private final BufferedReader output;
    private final Duration limit;
    private final Path log;
    private String ending = "";

    private EngineProcess(Process process, Duration limit, Path log) {
        this.process = process;
        this.output = process.inputReader();
        this.limit = limit;
        this.log = log;
    }

    /**
     * Starts a JVM with this one's class path.
     *
     * @param jvmFlags of the child
     * @param limit of one trial, loading included; a process that takes longer is ended
     * @param log file that its standard error goes to
     * @throws UncheckedIOException if it cannot be started
     */
    static EngineProcess start(EngineKind kind, Path model, List<String> jvmFlags, Duration limit, Path log) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmFlags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MeasuringProcess.class.getName(),
                kind.name(), model.toString()));
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            return new EngineProcess(new ProcessBuilder(command).redirectError(log.toFile()).start(), limit, log);
        } catch (IOException e) {
            throw new UncheckedIOException(kind.title() + " cannot be started: " + e.getMessage(), e);
        }
    }

    /** Runs a trial; a crash, an exception and the time limit are failures. */
    Reply measure(Trial trial) {
        if (!ending.isEmpty()) {
            return Reply.failed(ending);
        }
        CompletableFuture<Void> timer = CompletableFuture.runAsync(process::destroyForcibly,
                CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS));
        try {
            process.outputWriter().write(json.writeValueAsString(trial) + "\n");
            process.outputWriter().flush();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(MeasuringProcess.MARK)) {
                    return json.readValue(line.substring(MeasuringProcess.MARK.length()), Reply.class);
                }
            }
            ending = "ended with exit code " + process.waitFor() + ", see " + log;
        } catch (IOException e) {
            // A broken pipe: it ended before it read the trial.
            ending = "ended (" + e.getMessage() + "), see " + log;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ending = "interrupted";
        } finally {
            if (!timer.cancel(false)) {
                ending = "took longer than " + limit.toMinutes() + " minutes and was ended";
            }
        }
        return Reply.failed(ending);
    }

    /** Ends the process. */
    @Override
    public void close() {
        try {
            process.outputWriter().close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
