package io.github.jlamadsla.examples;

import java.util.List;

/**
 * A text with facts hidden in it.
 *
 * @param text the text, facts included
 * @param tokens its tokens
 * @param facts what was hidden, at least one of each kind
 */
record Story(String text, int tokens, List<HiddenFact> facts) {
    Story {
        facts = List.copyOf(facts);
    }

    /** The first fact of a kind. */
    HiddenFact fact(FactKind kind) {
        return facts.stream().filter(fact -> fact.kind() == kind).findFirst().orElseThrow();
    }

    /** What the user says to have a text read and a question answered, in the words the demo model was trained with. */
    static String prompt(String text, String question) {
        return "Read the text.\n\n" + text.strip() + "\n\nQuestion: " + question;
    }
}
