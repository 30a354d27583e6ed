package io.github.jlamadsla.examples;

import java.util.List;

import io.github.jlamadsla.text.ChatTurn;

/**
 * A chat about a text, in the words the demo model was trained with, up to the question that is to be answered.
 *
 * @param turns user and assistant in turn, the user first and last
 */
record Conversation(List<ChatTurn> turns) {
    Conversation {
        turns = List.copyOf(turns);
    }

    /** A text, and a question about it. */
    static Conversation about(String text, String question) {
        return new Conversation(List.of(reading(text, question)));
    }

    /**
     * A story, a question about another fact in it with the right answer, and the question proper. From the answered
     * one the model sees what an answer looks like; examples/docs/ask-the-story.md says why it needs that.
     */
    static Conversation about(Story story, HiddenFact asked) {
        return about(story, story.fact(FactKind.of(asked.kind().ordinal() + 1)), asked.question());
    }

    /** The same with a question of one's own. */
    static Conversation about(Story story, String question) {
        HiddenFact shown = story.facts().stream().filter(fact -> !fact.isAsked(question)).findFirst().orElseThrow();
        return about(story, shown, question);
    }

    private static Conversation about(Story story, HiddenFact shown, String question) {
        return new Conversation(List.of(reading(story.text(), shown.question()), ChatTurn.assistant(shown.answer()),
                ChatTurn.user(question)));
    }

    private static ChatTurn reading(String text, String question) {
        return ChatTurn.user("Read the text.\n\n" + text.strip() + "\n\nQuestion: " + question);
    }
}
