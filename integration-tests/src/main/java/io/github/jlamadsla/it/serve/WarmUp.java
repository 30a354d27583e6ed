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

    /** @param longest tokens of the longest prompt that is to come */
    static void run(ServedEngine server, ServedModel model, int longest) {
        List<TraceRequest> requests = new ArrayList<>();
        for (int length : LENGTHS.stream().filter(each -> each <= longest).toList()) {
            int i = requests.size();
            requests.add(new TraceRequest(i, 0, length, ANSWER, -1 - i, Phase.STEADY, 0, 0));
        }
        model.prompts(requests).forEach(prompt -> server.ask(prompt, new TraceClock()).outcome().join());
    }
}
