package io.github.jlamadsla.it.serve;

import java.util.ArrayList;
import java.util.List;

/**
 * Requests that come first, one after another, and do not count: classes are loaded, loops compiled. Their texts are
 * none of a trace's, so that no cache has an advantage.
 */
final class WarmUp {
    private static final List<Integer> LENGTHS = List.of(150, 400, 900, 1_800, 400, 900);
    private static final int ANSWER = 32;

    private WarmUp() {}

    static void run(ServedEngine server, ServedModel model) {
        List<TraceRequest> requests = new ArrayList<>();
        for (int i = 0; i < LENGTHS.size(); i++) {
            requests.add(new TraceRequest(i, 0, LENGTHS.get(i), ANSWER, -1 - i, Phase.STEADY, 0, 0));
        }
        model.prompts(requests).forEach(prompt -> server.ask(prompt, new TraceClock()).outcome().join());
    }
}
