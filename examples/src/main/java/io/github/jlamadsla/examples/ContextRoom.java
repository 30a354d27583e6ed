package io.github.jlamadsla.examples;

import java.util.List;
import java.util.Locale;

/** What fits the model's context together with an answer. */
final class ContextRoom {
    /** Room for what stands around a text: template, questions, answers. */
    private static final int AROUND_TEXT = 192;

    private ContextRoom() {}

    /**
     * @param lengths of texts, in tokens
     * @return those that fit
     * @throws UsageException if none does
     */
    static List<Integer> fitting(StoryModel model, List<Integer> lengths) {
        List<Integer> fitting = lengths.stream().filter(n -> n + AROUND_TEXT <= model.contextLength()).toList();
        if (fitting.isEmpty()) {
            throw new UsageException(String.format(Locale.ROOT,
                    "the model's context is %,d tokens; allowed: %,d or more, to read the shortest story",
                    model.contextLength(), lengths.getFirst() + AROUND_TEXT));
        }
        return fitting;
    }

    /** @throws UsageException naming both lengths, if the chat leaves no room for an answer */
    static void check(StoryModel model, Conversation chat) {
        int tokens = model.promptTokens(chat);
        int most = model.contextLength() - ChatStoryModel.MAX_OUTPUT_TOKENS;
        if (tokens > most) {
            throw new UsageException(String.format(Locale.ROOT,
                    "text and question have %,d tokens, the model's context %,d; allowed: %,d or less, with room for "
                            + "an answer",
                    tokens, model.contextLength(), most));
        }
    }
}
