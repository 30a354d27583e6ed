package io.github.jlamadsla.examples.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

import io.github.jlamadsla.quality.FactFigures;
import io.github.jlamadsla.quality.FactMeasurement;
import io.github.jlamadsla.quality.GreedyWriter;
import io.github.jlamadsla.quality.MeasuredModel;
import io.github.jlamadsla.quality.PromptFigures;
import io.github.jlamadsla.quality.TextMeasurement;

/**
 * What came out.
 *
 * @param texts one per context, ascending
 * @param facts one per set
 * @param prompts one per level; empty without prompts
 * @param promptCount how many prompts
 */
record Results(List<TextMeasurement> texts, List<FactFigures> facts, List<PromptFigures> prompts, int promptCount) {

    /**
     * Does the work.
     *
     * @param progress told as {@link Inputs#work} counts
     */
    static Results measure(MeasuredModel measured, Inputs inputs, IntConsumer progress) {
        List<TextMeasurement> texts = new ArrayList<>();
        for (int context : inputs.contexts()) {
            texts.add(TextMeasurement.of(measured, inputs.text(), context, inputs.levels(), progress));
        }
        List<FactFigures> facts = FactMeasurement.of(measured, inputs.chats(), inputs.levels(), progress);
        return new Results(texts, facts, prompts(measured, inputs, progress), inputs.prompts().size());
    }

    private static List<PromptFigures> prompts(MeasuredModel measured, Inputs inputs, IntConsumer progress) {
        if (inputs.prompts().isEmpty()) {
            return List.of();
        }
        GreedyWriter writer = new GreedyWriter(measured, inputs.levels(), measured.stopTokens(),
                PromptFigures.WRITTEN);
        return PromptFigures.of(inputs.levels(), writer.answer(inputs.prompts(), progress));
    }
}
