package io.github.jlamadsla.it.load;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

import io.github.jlamadsla.it.load.AnsweringProcess.Outcome;

/** Counts what became of the requests of one process. */
final class Tally {
    private final int requests;
    private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
    private final Map<String, Integer> exceptions = new TreeMap<>();
    private String ending = "";

    /** @param requests how many were to be asked */
    Tally(int requests) {
        this.requests = requests;
    }

    /** Takes a line of the process; one that is no outcome is passed over. */
    void line(String line) {
        if (!line.startsWith(AnsweringProcess.MARK)) {
            return;
        }
        String[] words = line.substring(AnsweringProcess.MARK.length()).split(" ", 2);
        counts.merge(Outcome.valueOf(words[0]), 1, Integer::sum);
        if (words.length > 1) {
            exceptions.merge(words[1], 1, Integer::sum);
        }
    }

    /** @param how empty if the process ended well */
    void ended(String how) {
        ending = how;
    }

    int requests() {
        return requests;
    }

    int count(Outcome outcome) {
        return counts.getOrDefault(outcome, 0);
    }

    /** Requests that the process did not live to answer. */
    int lost() {
        return requests - counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    String ending() {
        return ending;
    }

    /** The most frequent exception; empty if there was none. */
    String exception() {
        return exceptions.entrySet().stream().max(Comparator.comparing(Map.Entry::getValue)).map(Map.Entry::getKey)
                .orElse("");
    }
}
