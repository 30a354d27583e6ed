package io.github.jlamadsla.it;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * One figure of {@code results/figures.jsonl}: what was claimed, what came out, and all it takes to take it again.
 *
 * @param issue title of the issue that asks for it
 * @param claim what is measured, in words
 * @param target what it is held to; null for one that only informs
 * @param measured what came out; null if nothing did, and then the note says why
 * @param holds whether it keeps to the target; null without a target
 * @param command the one command that takes it again
 * @param commit of the sources
 * @param cpu model, cores, vector width
 * @param ceilings of the machine in that run
 * @param jdk version and vendor
 * @param date ISO 8601, to the second
 * @param details the numbers behind it by name, with their unit in the name; may be empty
 * @param note what a reader must know to read it rightly; may be empty
 */
public record Figure(String issue, String claim, Target target, Measured measured, Boolean holds, String command,
        String commit, String cpu, Ceilings ceilings, String jdk, String date, Map<String, Double> details,
        String note) {
    public Figure {
        for (String text : new String[]{issue, claim, command, commit, cpu, jdk, date}) {
            if (text == null || text.isBlank()) {
                throw new IllegalArgumentException(
                        "a figure lacks one of issue, claim, command, commit, cpu, jdk, date");
            }
        }
        Objects.requireNonNull(ceilings, "ceilings");
        Objects.requireNonNull(note, "note");
        details = Map.copyOf(details);
        if (measured == null && note.isBlank()) {
            throw new IllegalArgumentException(claim + ": nothing measured, and no note says why");
        }
        Boolean verdict = target == null ? null : (Boolean) (measured != null && target.holds(measured));
        if (!Objects.equals(holds, verdict)) {
            throw new IllegalArgumentException(
                    claim + ": holds is " + holds + ", but target and measured say " + verdict);
        }
    }

    /** The details, sorted by name, so that lines of two runs can be compared. */
    @Override
    public Map<String, Double> details() {
        return new TreeMap<>(details);
    }
}
