package io.github.jlamadsla.it.load;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * Asks one engine a number of requests, first one after the other, then from several threads at once, and says of each
 * of the latter what became of it, in a line that is flushed at once: the JVM may crash at the next.
 */
public final class AnsweringProcess {
    /** Begins the lines that count: an engine may print, too. */
    static final String MARK = "@outcome ";

    /** What became of a request. */
    enum Outcome {
        /** The answer given alone. */
        RIGHT,
        /** Another answer. */
        WRONG,
        /** An exception. */
        EXCEPTION
    }

    private AnsweringProcess() {}

    /** @param arguments name of an {@link AnsweringKind}, model directory, threads, requests, longest prompt */
    public static void main(String[] arguments) throws Exception {
        PrintStream output = System.out;
        // What an engine prints belongs into the log.
        System.setOut(System.err);
        Path model = Path.of(arguments[1]);
        int threads = Integer.parseInt(arguments[2]);
        List<LoadRequest> requests = LoadRequest.mixed(model, Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]), 1);
        try (AnsweringEngine engine = AnsweringKind.valueOf(arguments[0]).load(model)) {
            List<List<Integer>> alone = requests.stream().map(engine::answer).toList();
            engine.forget();
            try (ExecutorService callers = Executors.newFixedThreadPool(threads)) {
                IntStream.range(0, requests.size()).forEach(
                        i -> callers.execute(() -> print(output, ask(engine, requests.get(i), alone.get(i)))));
            }
        }
    }

    private static String ask(AnsweringEngine engine, LoadRequest request, List<Integer> alone) {
        try {
            return (engine.answer(request).equals(alone) ? Outcome.RIGHT : Outcome.WRONG).name();
        } catch (Exception | Error e) {
            // The trace is for the log.
            e.printStackTrace();
            return Outcome.EXCEPTION + " " + e.toString().lines().findFirst().orElse("");
        }
    }

    private static void print(PrintStream output, String outcome) {
        synchronized (output) {
            output.println(MARK + outcome);
            output.flush();
        }
    }
}
