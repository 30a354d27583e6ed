package io.github.jlamadsla.it.serve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What a {@link ServeProcess} has said: gathered line by line, so that what came before a crash is kept. */
final class RunLog {
    private static final String OUTCOME = "@outcome ";
    private static final String SAMPLE = "@sample ";
    private static final String MOVE = "@move ";
    private static final String TOTALS = "@totals ";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Outcome> outcomes = new ArrayList<>();
    private final List<LoadSample> samples = new ArrayList<>();
    private final List<Move> moves = new ArrayList<>();
    private Totals totals;
    private String ending = "";

    /**
     * Of a run.
     *
     * @param peakBytes most bytes in use that were seen
     * @param predictionError as {@link ServedEngine#predictionError} says at the end
     * @param divergence KL(level 0 || levels used) of answers, mean nats per token; -1 where it was not measured
     * @param diverged answers it was measured on
     */
    record Totals(long peakBytes, double predictionError, double divergence, int diverged) {}

    static String line(Outcome outcome) {
        return OUTCOME + write(outcome);
    }

    static String line(LoadSample sample) {
        return SAMPLE + write(sample);
    }

    static String line(Move move) {
        return MOVE + write(move);
    }

    static String line(Totals totals) {
        return TOTALS + write(totals);
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not to be written as JSON: " + value, e);
        }
    }

    /** Takes a line; one that is none of ours is passed over. */
    void line(String line) {
        try {
            if (line.startsWith(OUTCOME)) {
                outcomes.add(JSON.readValue(line.substring(OUTCOME.length()), Outcome.class));
            } else if (line.startsWith(SAMPLE)) {
                samples.add(JSON.readValue(line.substring(SAMPLE.length()), LoadSample.class));
            } else if (line.startsWith(MOVE)) {
                moves.add(JSON.readValue(line.substring(MOVE.length()), Move.class));
            } else if (line.startsWith(TOTALS)) {
                totals = JSON.readValue(line.substring(TOTALS.length()), Totals.class);
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a line that cannot be read: " + line, e);
        }
    }

    /** @param how empty if the process ended well */
    void ended(String how) {
        ending = how;
    }

    /** By id. */
    List<Outcome> outcomes() {
        return outcomes.stream().sorted(Comparator.comparingInt(Outcome::id)).toList();
    }

    List<LoadSample> samples() {
        return List.copyOf(samples);
    }

    /** Those while the trace was played. */
    List<Move> moves() {
        return moves.stream().filter(move -> move.time() >= 0).toList();
    }

    /** All zero if the process did not come that far. */
    Totals totals() {
        return totals == null ? new Totals(0, -1, -1, 0) : totals;
    }

    String ending() {
        return ending;
    }
}
