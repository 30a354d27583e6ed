package io.github.jlamadsla.serve;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.jlamadsla.engine.SequenceView;
import io.github.jlamadsla.engine.StepReport;

/**
 * Share of prompt tokens that requests really read; the others came from the prefix cache. What a prompt has in common
 * with an earlier one is known only when it begins, so a forecast goes by those before it. Used by one thread.
 */
final class ReadShare {
    /** About so many of the latest requests count. */
    private static final int LATEST = 32;

    private final Map<Long, Integer> unread = new HashMap<>(); // prompt tokens by id, until the first of them runs
    private double read; // mean per request
    private double prompt;
    private int requests;

    /** @param ids of all sequences: the others have ended */
    void look(List<SequenceView> sequences, Set<Long> ids) {
        unread.keySet().retainAll(ids);
        for (SequenceView s : sequences) {
            if (!s.state().begun()) {
                unread.put(s.id(), s.promptTokens());
            }
        }
    }

    /** Where a prompt's first part begins is what it had from the cache. */
    void ran(List<StepReport.Part> parts) {
        for (StepReport.Part part : parts) {
            Integer tokens = unread.remove(part.sequence());
            if (tokens != null) {
                requests = Math.min(requests + 1, LATEST);
                read += (tokens - part.from() - read) / requests;
                prompt += (tokens - prompt) / requests;
            }
        }
    }

    /** Above 0 to 1; 1 before anything is known. */
    double share() {
        return requests == 0 ? 1 : read / prompt;
    }

    /** Tokens that a prompt is expected to read: one at least, since the first output token comes from the last. */
    static int tokens(int promptTokens, double share) {
        return Math.clamp(Math.round(promptTokens * share), Math.min(1, promptTokens), promptTokens);
    }
}
