package io.github.jlamadsla.it.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;

import io.github.jlamadsla.it.Figure;
import io.github.jlamadsla.it.Measured;
import io.github.jlamadsla.it.RunContext;
import io.github.jlamadsla.it.Target;
import io.github.jlamadsla.it.load.AnsweringProcess.Outcome;

/**
 * What came of many requests, as figures and for people.
 *
 * @param requests of each process
 * @param longest tokens of the longest piece of a prompt
 */
record ManyRequestsReport(RunContext run, List<Row> rows, int requests, int longest) {

    /**
     * An engine asked by a number of threads.
     *
     * @param tallies one per process
     */
    record Row(AnsweringKind engine, int threads, List<Tally> tallies) {

        boolean allRight() {
            return sum(tally -> tally.count(Outcome.RIGHT)) == sum(Tally::requests) && endings().isEmpty();
        }

        int sum(ToIntFunction<Tally> number) {
            return tallies.stream().mapToInt(number).sum();
        }

        /** How those processes ended that did not end well. */
        List<String> endings() {
            return tallies.stream().map(Tally::ending).filter(ending -> !ending.isEmpty()).toList();
        }
    }

    static String summary(Tally tally) {
        String text = String.format(Locale.ROOT, "%d right, %d wrong, %d exceptions, %d lost",
                tally.count(Outcome.RIGHT), tally.count(Outcome.WRONG), tally.count(Outcome.EXCEPTION), tally.lost());
        return tally.ending().isEmpty() ? text : text + "; " + tally.ending();
    }

    /** One per row; ours are held to be all right. */
    List<Figure> figures() {
        return rows.stream().map(this::figure).toList();
    }

    private Figure figure(Row row) {
        Measured right = Measured.of(
                row.tallies().stream().mapToDouble(t -> 100.0 * t.count(Outcome.RIGHT) / t.requests()).toArray(), "%");
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("requests", (double) row.sum(Tally::requests));
        details.put("right", (double) row.sum(t -> t.count(Outcome.RIGHT)));
        details.put("wrong", (double) row.sum(t -> t.count(Outcome.WRONG)));
        details.put("exceptions", (double) row.sum(t -> t.count(Outcome.EXCEPTION)));
        details.put("lost", (double) row.sum(Tally::lost));
        details.put("processes that did not end well", (double) row.endings().size());
        String claim = "demo model, " + requests + " requests of at most " + longest + " tokens from " + row.threads()
                + (row.threads() == 1 ? " thread" : " threads") + ": right answers of " + row.engine().title();
        String note = String.join("; ", row.endings());
        return row.engine() == AnsweringKind.OWN
                ? run.figure(claim, Target.atLeast(100), right, details, note)
                : run.figure(claim, right, details, note);
    }

    String markdown() {
        List<String> lines = new ArrayList<>();
        lines.add("# Many requests at once: right answers");
        lines.add("");
        lines.add("Taken by `" + run.command() + "` on " + run.date() + "; commit " + run.commit() + ".");
        lines.add("Machine: " + run.cpu() + "; JDK " + run.jdk() + ".");
        lines.add("");
        lines.add(requests + " greedy requests to the demo model, prompts of 8 to " + longest
                + " tokens, asked one after the other and then from several threads at once. "
                + "Right: the very tokens that the same engine gave alone. "
                + "Lost: not answered when the JVM ended. Sums of all processes.");
        lines.add("");
        lines.add("| | threads | processes | right | wrong | exceptions | lost | processes that crashed or hung |");
        lines.add("|---|---|---|---|---|---|---|---|");
        for (Row row : rows) {
            lines.add(String.format(Locale.ROOT, "| %s | %d | %d | %d | %d | %d | %d | %d |", row.engine().title(),
                    row.threads(), row.tallies().size(), row.sum(t -> t.count(Outcome.RIGHT)),
                    row.sum(t -> t.count(Outcome.WRONG)), row.sum(t -> t.count(Outcome.EXCEPTION)),
                    row.sum(Tally::lost), row.endings().size()));
        }
        lines.add("");
        for (Row row : rows) {
            row.endings().stream().distinct().forEach(ending -> lines
                    .add("- " + row.engine().title() + ", " + row.threads() + " threads: " + ending));
            row.tallies().stream().map(Tally::exception).filter(text -> !text.isEmpty()).distinct()
                    .forEach(text -> lines.add("- " + row.engine().title() + ", " + row.threads()
                            + " threads, most frequent exception: `" + text + "`"));
        }
        return String.join("\n", lines).stripTrailing() + "\n";
    }
}
