package io.github.jlamadsla.it.serve;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.it.serve.RunLog.Totals;
import io.github.jlamadsla.text.TextCodec;

/** Plays a trace against one server, in a JVM of its own; says what came out in lines that {@link RunLog} reads. */
public final class ServeProcess {
    private ServeProcess() {}

    /** @param arguments name of a {@link ServeContender}, name and directory of the model, trace file, requests of it */
    public static void main(String[] arguments) {
        PrintStream output = System.out;
        // What an engine prints belongs into the log.
        System.setOut(System.err);
        ServeContender contender = ServeContender.valueOf(arguments[0]);
        ServedModel model = ServedModel.open(arguments[1], Path.of(arguments[2]));
        Trace trace = TraceFile.read(Path.of(arguments[3])).first(Integer.parseInt(arguments[4]));
        List<TracePrompt> prompts = model.prompts(trace.requests());
        AtomicReference<TraceClock> clock = new AtomicReference<>();
        List<Outcome> outcomes;
        long peak;
        double error;
        try (ServedEngine server = Servers.start(contender, model, trace.header().memoryLimit(),
                move -> print(output, RunLog.line(new Move(clock.get() == null ? -1 : clock.get().now(), move.from(),
                        move.to(), move.reason()))))) {
            WarmUp.run(server, model,
                    trace.requests().stream().mapToInt(TraceRequest::promptTokens).max().orElseThrow());
            clock.set(new TraceClock());
            TracePlayer player = new TracePlayer(server, clock.get(), sample -> print(output, RunLog.line(sample)));
            outcomes = player.play(prompts);
            peak = player.peakBytes();
            error = server.predictionError();
        }
        outcomes = judged(model, outcomes, prompts);
        outcomes.forEach(outcome -> print(output, RunLog.line(outcome)));
        Totals totals = model.isDemo() || contender == ServeContender.JLAMA
                ? new Totals(peak, error, -1, 0)
                : AnswerDivergence.measure(model, prompts, outcomes).totals(peak, error);
        print(output, RunLog.line(totals));
    }

    private static List<Outcome> judged(ServedModel model, List<Outcome> outcomes, List<TracePrompt> prompts) {
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(model.directory(), "dsla", true);
                TextCodec codec = TextCodec.open(checkpoint.directory().tokenizer())) {
            List<Outcome> judged = new ArrayList<>();
            for (int i = 0; i < outcomes.size(); i++) {
                judged.add(model.judged(outcomes.get(i), prompts.get(i), codec));
            }
            return judged;
        }
    }

    private static void print(PrintStream output, String line) {
        synchronized (output) {
            output.println(line);
            output.flush();
        }
    }
}
