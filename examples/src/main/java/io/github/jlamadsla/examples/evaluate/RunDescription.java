package io.github.jlamadsla.examples.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.quality.MeasuredModel;
import io.github.jlamadsla.quality.TokenText;

/**
 * What figures were taken of, with and when.
 *
 * @param model name of the model: its directory's
 * @param fingerprint of the base weights
 * @param form of the DSLA layers in words
 * @param keysAndValues precision of the cache
 * @param beginToken token that each document of the text begins with, or {@link TokenText#NO_TOKEN}
 * @param machine processor, kernels, threads
 * @param jdk version and vendor
 * @param date ISO 8601, to the second
 * @param command that takes them again
 */
record RunDescription(String model, String fingerprint, String form, String keysAndValues, int beginToken,
        String machine, String jdk,
        String date, String command) {

    static RunDescription of(MeasuredModel measured, KvPrecision precision, int beginToken, List<String> arguments,
            Clock clock) {
        return new RunDescription(measured.checkpoint().config().name(), measured.checkpoint().fingerprint(),
                form(measured.checkpoint()), precision.name(), beginToken,
                processor() + ", " + measured.kernels() + ", " + measured.threads() + " threads",
                System.getProperty("java.runtime.version") + " " + System.getProperty("java.vendor"),
                Instant.now(clock).truncatedTo(ChronoUnit.SECONDS).toString(), command(arguments));
    }

    private static String form(HybridCheckpoint checkpoint) {
        LayerOrder order = checkpoint.dsla().order();
        if (order.top() == 0) {
            return "no DSLA layers";
        }
        String form = checkpoint.dsla().form().name().toLowerCase(Locale.ROOT) + ", " + order.top() + " of "
                + checkpoint.config().layers() + " layers can be converted";
        return checkpoint.dsla().window() == 0
                ? form
                : form + ", exact window of " + checkpoint.dsla().window() + " keys and " + checkpoint.dsla().sinks()
                        + " sinks";
    }

    private static String processor() {
        String model = System.getProperty("os.arch");
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            model = lines.filter(line -> line.startsWith("model name")).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse(model);
        } catch (IOException e) {
            // Not on Linux: the architecture must do.
        }
        return model + ", " + Runtime.getRuntime().availableProcessors() + " CPUs";
    }

    /** As it may be typed into a shell. */
    static String command(List<String> arguments) {
        StringBuilder command = new StringBuilder("examples/evaluate");
        for (String argument : arguments) {
            boolean plain = argument.matches("[A-Za-z0-9_@%+=:,./-]+");
            command.append(' ').append(plain ? argument : "'" + argument.replace("'", "'\\''") + "'");
        }
        return command.toString();
    }
}
