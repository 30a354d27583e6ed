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
}
