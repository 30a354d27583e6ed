package io.github.jlamadsla.examples.evaluate;

import java.util.List;

import io.github.jlamadsla.quality.FactChat;
import io.github.jlamadsla.quality.FactMeasurement;
import io.github.jlamadsla.quality.MeasuredModel;
import io.github.jlamadsla.quality.PromptFigures;
import io.github.jlamadsla.quality.TextMeasurement;
import io.github.jlamadsla.quality.TokenText;

/**
 * What is measured, checked and in memory before the work begins.
 *
 * @param levels ascending
 * @param contexts tokens of a block, ascending; empty without a text
 * @param text its tokens, null without one
 * @param beginToken that each document begins with, or {@link TokenText#NO_TOKEN}; also without a text
 * @param chats about hidden facts; may be empty
 * @param prompts token ids; may be empty
 */
record Inputs(List<Integer> levels, List<Integer> contexts, int[] text, int beginToken, List<FactChat> chats,
        List<int[]> prompts) {

    /**
     * Whether everything fits the text, the model's context and memory.
     *
     * @throws IllegalArgumentException saying what does not
     */
    void check(MeasuredModel measured) {
        for (int context : contexts) {
            if (TextMeasurement.blocks(text.length, context) == 0) {
                throw new IllegalArgumentException("the text has " + text.length + " tokens; allowed: " + context
                        + " or more, one block of --context " + context);
            }
            measured.checkFits(context, levels);
        }
        chats.forEach(chat -> measured.checkFits(chat.tokens().length, levels));
        prompts.forEach(prompt -> measured.checkFits(prompt.length + PromptFigures.WRITTEN, levels));
    }

    /** Tokens that will be read or written, all levels counted. */
    long work() {
        long work = FactMeasurement.work(chats, levels.size());
        for (int context : contexts) {
            work += (long) TextMeasurement.blocks(text.length, context) * context * levels.size();
        }
        for (int[] prompt : prompts) {
            work += (long) (prompt.length + PromptFigures.WRITTEN) * levels.size();
        }
        return work;
    }
}
