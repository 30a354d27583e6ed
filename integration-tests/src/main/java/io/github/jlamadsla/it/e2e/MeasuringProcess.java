package io.github.jlamadsla.it.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * The JVM that one engine runs in, alone, so that neither its threads nor its crash touch the other's. Reads a
 * {@link Trial} as JSON from each line of standard input and answers with a {@link Reply} in one line; ends with its
 * input.
 */
public final class MeasuringProcess {
    /** Begins the lines that are replies: an engine may print, too. */
    static final String MARK = "@reply ";

    private MeasuringProcess() {}

    /**
     * What came of a trial.
     *
     * @param samples of the trial, in its order; empty after a failure
     * @param failure why there are none, else empty
     */
    record Reply(List<Sample> samples, String failure) {
        Reply {
            samples = List.copyOf(samples);
        }

        static Reply failed(String why) {
            return new Reply(List.of(), why);
        }

        boolean isFailure() {
            return !failure.isEmpty();
        }
    }

    /** @param arguments name of an {@link EngineKind}, model directory */
    public static void main(String[] arguments) throws IOException {
        PrintStream replies = System.out;
        // What an engine prints belongs into the log.
        System.setOut(System.err);
        ObjectMapper json = new ObjectMapper();
        BufferedReader trials = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (MeasuredEngine engine = EngineKind.valueOf(arguments[0]).load(Path.of(arguments[1]))) {
            for (String line = trials.readLine(); line != null; line = trials.readLine()) {
                replies.println(MARK + json.writeValueAsString(answer(engine, json.readValue(line, Trial.class))));
                replies.flush();
            }
        }
    }

    private static Reply answer(MeasuredEngine engine, Trial trial) {
        try {
            return new Reply(engine.measure(trial), "");
        } catch (RuntimeException | Error e) {
            // The parent records it; the trace is for the log.
            e.printStackTrace();
            return Reply.failed(e.toString());
        }
    }
}
