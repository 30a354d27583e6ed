package io.github.jlamadsla.it.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes traces: lengths of {@link AzureConversations}, arrivals in phases. Pure: the same seed, the same trace. Lengths
 * do not depend on the load, so that traces of several loads have the same requests.
 */
final class TraceGenerator {
    /** Answers are no longer than what the context leaves; a prompt leaves at least this. */
    private static final int LEAST_ANSWER = 16;
    /** A burst comes this many times faster than the mean. */
    private static final double BURST_GAP = .05;
    private static final double LULL_OF_BURST = .6;
    private static final int SLOW_EVERY = 12;
    private static final int SLOW_MILLIS = 20;
    private static final double SHORTEST_PATIENCE = .5;
    private static final double LONGEST_PATIENCE = 4;

    private final long seed;
    private final int context;
    private final double lengthScale;

    /** A phase and the share of the trace's requests with which it ends. */
    private record Part(Phase phase, double until) {}

    private static final List<Part> PARTS = List.of(new Part(Phase.STEADY, .24), new Part(Phase.BURST, .30),
            new Part(Phase.RAMP, .56), new Part(Phase.LONG_AMONG_SHORT, .66), new Part(Phase.CANCEL_STORM, .74),
            new Part(Phase.STEADY, .84), new Part(Phase.BURST, .90), new Part(Phase.STEADY, 1));

    /**
     * @param context most tokens of a request
     * @param lengthScale factor of all lengths of prompts, above 0 to 1, for a model too slow for the real ones
     */
    TraceGenerator(long seed, int context, double lengthScale) {
        if (!(lengthScale > 0 && lengthScale <= 1)) {
            throw new IllegalArgumentException("length scale is " + lengthScale + "; allowed: above 0 to 1");
        }
        this.seed = seed;
        this.context = context;
        this.lengthScale = lengthScale;
    }

    /**
     * Requests that arrive once a unit of time on average, the times of owners' patience in units, too.
     *
     * @param count 1 or more
     */
    List<TraceRequest> requests(int count) {
        List<Integer> classes = placed(AzureConversations.classes(new Random(seed), count));
        Random lengths = new Random(seed + 1);
        Random times = new Random(seed + 2);
        List<TraceRequest> requests = new ArrayList<>();
        double now = 0;
        for (int i = 0; i < count; i++) {
            Phase phase = phase(i, count);
            now += gap(phase, i, count, times);
            // The scale is of prompts: a shorter text has answers of the same length.
            int prompt = Math.min(context - LEAST_ANSWER,
                    (int) (lengthScale * AzureConversations.prompt(lengths, classes.get(i), context)));
            int answer = Math.min(AzureConversations.answer(lengths), context - prompt);
            double patience = SHORTEST_PATIENCE + times.nextDouble() * (LONGEST_PATIENCE - SHORTEST_PATIENCE);
            boolean slow = phase != Phase.CANCEL_STORM && i % SLOW_EVERY == SLOW_EVERY - 1;
            requests.add(new TraceRequest(i, now, Math.max(1, prompt), answer, seed * 1_000 + i, phase,
                    phase == Phase.CANCEL_STORM ? patience : 0, slow ? SLOW_MILLIS : 0));
        }
        double stretch = count / now;
        return requests.stream().map(request -> request.scaled(stretch, 1)).toList();
    }

    /** Requests that arrive at a share of a capacity. */
    Trace trace(int count, String model, double load, double capacity, long memoryLimit, Unloaded unloaded) {
        List<TraceRequest> requests = requests(count).stream()
                .map(request -> request.scaled(1 / (load * capacity), 1 / capacity)).toList();
        return new Trace(new TraceHeader(model, seed, count, load, capacity, memoryLimit, Objective.of(unloaded),
                AzureConversations.SOURCE), requests);
    }

    static Phase phase(int index, int count) {
        double share = (index + .5) / count;
        return PARTS.stream().filter(part -> share < part.until).findFirst().orElse(PARTS.getLast()).phase;
    }

    /** Index of the request that a phase began with. */
    private static int begin(int index, int count) {
        int begin = index;
        while (begin > 0 && phase(begin - 1, count) == phase(index, count)) {
            begin--;
        }
        return begin;
    }

    private static double gap(Phase phase, int index, int count, Random times) {
        double chance = -Math.log(1 - times.nextDouble());
        int since = index - begin(index, count);
        return switch (phase) {
            case STEADY, LONG_AMONG_SHORT -> since == 0 && index > 0 ? chance + lull(index, count) : chance;
            case BURST, CANCEL_STORM -> since == 0 ? chance : chance * BURST_GAP;
            case RAMP -> chance / (.5 + since / (double) length(phase, count))
                    + (since == 0 ? lull(index, count) : 0);
        };
    }

    /** What follows a burst: most of the time that its requests would have taken at the mean rate. */
    private static double lull(int index, int count) {
        Phase before = phase(index - 1, count);
        boolean crowd = before == Phase.BURST || before == Phase.CANCEL_STORM;
        return crowd ? LULL_OF_BURST * (index - begin(index - 1, count)) : 0;
    }

    private static int length(Phase phase, int count) {
        int length = 0;
        for (int i = 0; i < count; i++) {
            length += phase(i, count) == phase ? 1 : 0;
        }
        return length;
    }

    /** The one long prompt stands first in its phase, short ones behind it: by exchange, so that the shares stay. */
    private static List<Integer> placed(List<Integer> classes) {
        List<Integer> placed = new ArrayList<>(classes);
        int longest = AzureConversations.CLASS_BEGINS.size() - 1;
        boolean first = true;
        for (int i = 0; i < placed.size(); i++) {
            if (phase(i, placed.size()) == Phase.LONG_AMONG_SHORT) {
                exchange(placed, i, first ? longest : 0);
                first = false;
            }
        }
        return placed;
    }

    private static void exchange(List<Integer> classes, int index, int wanted) {
        int n = classes.size();
        for (int i = 0; i < n && classes.get(index) != wanted; i++) {
            if (classes.get(i) == wanted && phase(i, n) != Phase.LONG_AMONG_SHORT) {
                classes.set(i, classes.get(index));
                classes.set(index, wanted);
            }
        }
    }
}
