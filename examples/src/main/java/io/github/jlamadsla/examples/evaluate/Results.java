package io.github.jlamadsla.examples.evaluate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

import io.github.jlamadsla.quality.FactChat;
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
     * @param parts given each context, each set of facts and the prompts alone, as soon as they are measured
     */
    static Results measure(MeasuredModel measured, Inputs inputs, IntConsumer progress, Consumer<Results> parts) {
        List<TextMeasurement> texts = new ArrayList<>();
        for (int context : inputs.contexts()) {
            texts.add(TextMeasurement.of(measured, inputs.text(), context, inputs.levels(), progress));
            parts.accept(new Results(List.of(texts.getLast()), List.of(), List.of(), 0));
        }
        List<FactFigures> facts = new ArrayList<>();
        for (List<FactChat> set : sets(inputs.chats())) {
            facts.addAll(FactMeasurement.of(measured, set, inputs.levels(), progress));
            parts.accept(new Results(List.of(), List.of(facts.getLast()), List.of(), 0));
        }
        List<PromptFigures> prompts = prompts(measured, inputs, progress);
        parts.accept(new Results(List.of(), List.of(), prompts, inputs.prompts().size()));
        return new Results(texts, facts, prompts, inputs.prompts().size());
    }

    /** The chats of each set, in the order in which the sets first come. */
    private static Collection<List<FactChat>> sets(List<FactChat> chats) {
        return chats.stream().collect(Collectors.groupingBy(FactChat::set, LinkedHashMap::new, Collectors.toList()))
                .values();
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
