package io.github.jlamadsla.examples;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** All questions that were asked, one per level and length of text. */
record Outcomes(List<Outcome> all) {
    Outcomes {
        all = List.copyOf(all);
    }

    List<Integer> levels() {
        return all.stream().map(Outcome::level).distinct().sorted().toList();
    }

    List<Integer> textTokens() {
        return all.stream().map(Outcome::textTokens).distinct().sorted().toList();
    }

    /** By length of text. */
    List<Outcome> at(int level) {
        return ofLevel(level).sorted(Comparator.comparingInt(Outcome::textTokens)).toList();
    }

    long asked(int level) {
        return ofLevel(level).count();
    }

    long right(int level) {
        return ofLevel(level).filter(outcome -> outcome.verdict() == Outcome.Verdict.RIGHT).count();
    }

    /** Whether it is known which answers are right. */
    boolean judged() {
        return all.stream().noneMatch(outcome -> outcome.verdict() == Outcome.Verdict.UNKNOWN);
    }

    private Stream<Outcome> ofLevel(int level) {
        return all.stream().filter(outcome -> outcome.level() == level);
    }
}
