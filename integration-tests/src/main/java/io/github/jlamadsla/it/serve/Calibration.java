package io.github.jlamadsla.it.serve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What the machine can do at level 0: taken in the same run as the figures, before the traces are made.
 *
 * @param capacity requests per second of the mix, ended when all of a sample are there at once
 * @param unloaded times of requests that are alone
 */
record Calibration(double capacity, Unloaded unloaded) {
    private static final List<Integer> LENGTHS = List.of(128, 512, 1_024, 2_048, 4_096, 8_000);
    private static final int ANSWER = 48;
    private static final int REPEATS = 3;

    /**
     * @param mix the trace's requests
     * @param sample how many of them are asked at once, evenly chosen by length
     */
    static Calibration measure(ServedEngine server, ServedModel model, List<TraceRequest> mix, int sample) {
        return new Calibration(capacity(server, model, mix, sample), unloaded(server, model));
    }

    private static double capacity(ServedEngine server, ServedModel model, List<TraceRequest> mix, int sample) {
        List<TracePrompt> prompts = model.prompts(sample(mix, sample));
        TraceClock clock = new TraceClock();
        List<Outcome> outcomes = prompts.stream().map(prompt -> server.ask(prompt, clock)).toList().stream()
                .map(asked -> asked.outcome().join()).toList();
        outcomes.stream().filter(outcome -> !outcome.answered()).findFirst().ifPresent(outcome -> {
            throw new IllegalStateException("a request of the calibration failed: " + outcome.note());
        });
        return outcomes.size() / clock.now();
    }

    /** Every so many of the requests by length, so that a few cost what all cost on average; nobody cancels. */
    static List<TraceRequest> sample(List<TraceRequest> mix, int count) {
        List<TraceRequest> byLength = mix.stream().sorted(Comparator.comparingInt(TraceRequest::promptTokens)).toList();
        int n = Math.min(count, byLength.size());
        List<TraceRequest> sample = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            TraceRequest request = byLength.get((int) ((i + .5) * byLength.size() / n));
            // Another text than the trace's: what one server has cached is not another's.
            sample.add(new TraceRequest(request.id(), 0, request.promptTokens(), request.outputTokens(),
                    -1_000_000 - request.seed(), request.phase(), 0, 0));
        }
        return sample;
    }

    private static Unloaded unloaded(ServedEngine server, ServedModel model) {
        List<Unloaded.Point> points = new ArrayList<>();
        for (int length : LENGTHS) {
            List<TraceRequest> requests = new ArrayList<>();
            for (int i = 0; i < REPEATS; i++) {
                requests.add(new TraceRequest(i, 0, (int) (length * model.lengthScale()), ANSWER,
                        -2_000_000 - 10L * length - i, Phase.STEADY, 0, 0));
            }
            List<Outcome> outcomes = model.prompts(requests).stream()
                    .map(prompt -> server.ask(prompt, new TraceClock()).outcome().join()).toList();
            points.add(new Unloaded.Point(outcomes.getFirst().promptTokens(),
                    median(outcomes.stream().mapToDouble(o -> o.firstToken() - o.submitted()).toArray()),
                    median(outcomes.stream().mapToDouble(Outcome::secondsPerToken).toArray())));
        }
        return new Unloaded(points);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
