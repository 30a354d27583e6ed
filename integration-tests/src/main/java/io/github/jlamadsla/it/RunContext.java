package io.github.jlamadsla.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.stream.Stream;

import jdk.incubator.vector.FloatVector;

/**
 * What all figures of a run have in common.
 *
 * @param issue title of the issue
 * @param command the one command that starts the run
 * @param commit of the sources; ends in {@code -dirty} if they differed from it
 * @param cpu model, cores, vector width
 * @param ceilings of the machine
 * @param jdk version and vendor
 * @param date ISO 8601
 */
public record RunContext(String issue, String command, String commit, String cpu, Ceilings ceilings, String jdk,
        String date) {

    /**
     * Of this machine, this JVM and the checkout.
     *
     * @param root of the checkout
     */
    public static RunContext here(String issue, String command, Path root, Ceilings ceilings, Clock clock) {
        return new RunContext(issue, command, commit(root), cpu(), ceilings,
                System.getProperty("java.runtime.version") + " " + System.getProperty("java.vendor"),
                Instant.now(clock).truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** A figure with a target. */
    public Figure figure(String claim, Target target, Measured measured, Map<String, Double> details, String note) {
        return new Figure(issue, claim, target, measured, target.holds(measured), command, commit, cpu, ceilings, jdk,
                date, details, note);
    }

    /** A figure that informs, without a target. */
    public Figure figure(String claim, Measured measured, Map<String, Double> details, String note) {
        return new Figure(issue, claim, null, measured, null, command, commit, cpu, ceilings, jdk, date, details, note);
    }

    /** A figure that could not be taken. */
    public Figure failed(String claim, String reason) {
        return new Figure(issue, claim, null, null, null, command, commit, cpu, ceilings, jdk, date, Map.of(), reason);
    }

    private static String commit(Path root) {
        String head = git(root, "rev-parse", "HEAD");
        // Results of an earlier benchmark do not change what is measured.
        return git(root, "status", "--porcelain", "--untracked-files=no", "--", ".", ":!integration-tests/results")
                .isEmpty() ? head : head + "-dirty";
    }

    private static String git(Path root, String... arguments) {
        try {
            Process process = new ProcessBuilder(
                    Stream.concat(Stream.of("git", "-C", root.toString()), Stream.of(arguments)).toList())
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new IllegalStateException(
                        "git " + String.join(" ", arguments) + " failed in " + root + "; figures name their commit");
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException("git cannot be started; figures name their commit: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String cpu() {
        return cpuModel(Path.of("/proc/cpuinfo")) + ", " + Runtime.getRuntime().availableProcessors() + " CPUs, "
                + FloatVector.SPECIES_PREFERRED.vectorBitSize() + "-bit vectors";
    }

    private static String cpuModel(Path info) {
        try (Stream<String> lines = Files.lines(info)) {
            return lines.filter(line -> line.startsWith("model name")).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }
}
