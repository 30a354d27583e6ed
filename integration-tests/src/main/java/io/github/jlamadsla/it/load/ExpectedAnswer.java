package io.github.jlamadsla.it.load;

import java.util.ArrayList;
import java.util.List;

import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationResult;

/**
 * How an answer must be, worked out from what is said alone without limit and stop texts.
 *
 * @param tokens of the answer
 * @param reason of its end
 */
record ExpectedAnswer(List<Integer> tokens, FinishReason reason) {
    /** Id of the first byte's token in the random model's tokenizer; special tokens are below it. */
    private static final int FIRST_BYTE = 3;

    /** @param alone {@link SoakChats#LONGEST_ANSWER} tokens, or fewer if the end token came */
    static ExpectedAnswer of(SoakRequest request, int[] alone) {
        List<Integer> tokens = new ArrayList<>();
        for (int token : alone) {
            tokens.add(token);
            if (request.stops().stream().anyMatch(stop -> token == FIRST_BYTE + stop.charAt(0))) {
                return new ExpectedAnswer(tokens, FinishReason.STOP);
            }
            if (tokens.size() == request.tokens()) {
                return new ExpectedAnswer(tokens, FinishReason.LENGTH);
            }
        }
        return new ExpectedAnswer(tokens, FinishReason.STOP);
    }

    /** One that was cancelled is a beginning. */
    boolean is(GenerationResult result) {
        return result.finishReason() == FinishReason.CANCELLED
                ? result.tokens().size() <= tokens.size()
                        && tokens.subList(0, result.tokens().size()).equals(result.tokens())
                : reason == result.finishReason() && tokens.equals(result.tokens());
    }
}
