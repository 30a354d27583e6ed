package io.github.jlamadsla.engine;

import java.util.ArrayList;
import java.util.List;

/** Shares the tokens of a step out: one to each sequence that decodes, the rest to prompts, in the order given. Pure. */
public final class TokenShares {
    /** Part of the budget that prompts get however many decode: they must not starve. */
    private static final int PREFILL_SHARE = 4;

    private final int tokenBudget;

    /**
     * A sequence's tokens in a step.
     *
     * @param tokens 1 or more
     */
    public record Share(SequenceView sequence, int tokens) {}

    /** @param tokenBudget most tokens of a step while fewer sequences than that decode, 1 or more */
    public TokenShares(int tokenBudget) {
        if (tokenBudget < 1) {
            throw new IllegalArgumentException("prefillChunk is " + tokenBudget + "; allowed: 1 or more");
        }
        this.tokenBudget = tokenBudget;
    }

    /**
     * Tokens of a step that are left for prompts.
     *
     * @param decoding sequences that decode
     */
    public int ofPrompts(int decoding) {
        return Math.max(tokenBudget - decoding, Math.max(1, tokenBudget / PREFILL_SHARE));
    }

    /** @param runnable sequences whose tokens may run, in the order in which prompts are served */
    public List<Share> of(List<SequenceView> runnable) {
        List<Share> shares = new ArrayList<>();
        for (SequenceView s : runnable) {
            if (s.promptLeft() == 0) {
                shares.add(new Share(s, 1));
            }
        }
        int left = ofPrompts(shares.size());
        for (SequenceView s : runnable) {
            int tokens = Math.min(left, s.promptLeft());
            if (tokens > 0) {
                shares.add(new Share(s, tokens));
                left -= tokens;
            }
        }
        return shares;
    }
}
