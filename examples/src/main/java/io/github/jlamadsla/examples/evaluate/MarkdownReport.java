package io.github.jlamadsla.examples.evaluate;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.jlamadsla.quality.GreedyAnswer;

/** The report: what was measured, the tables, the chart, and how to read them. */
final class MarkdownReport {

    private MarkdownReport() {}

    /**
     * Writes it.
     *
     * @param chart picture beside the report, or null
     * @param notes lines that a reader must know, may be empty
     */
    static void write(Path file, RunDescription run, Results results, Path chart, List<String> notes) {
        List<String> lines = new ArrayList<>();
        lines.add("# What a level costs: " + run.model());
        lines.add("");
        lines.addAll(List.of("| | |", "|---|---|", row("model", run.model()), row("fingerprint", run.fingerprint()),
                row("DSLA layers", run.form()), row("keys and values", run.keysAndValues()),
                row("machine", run.machine()), row("JDK", run.jdk()), row("date", run.date()),
                row("command", "`" + run.command() + "`"), ""));
        notes.forEach(note -> lines.addAll(List.of(note, "")));
        lines.addAll(Tables.lines(results));
        if (chart != null) {
            lines.addAll(List.of("![Figures by level](" + chart.getFileName() + ")", ""));
        }
        lines.addAll(explanations(results));
        OutputFiles.write(file, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String row(String name, String value) {
        return "| " + name + " | " + value.replace("|", "\\|") + " |";
    }

    private static List<String> explanations(Results results) {
        List<String> lines = new ArrayList<>();
        if (!results.texts().isEmpty()) {
            lines.add(
                    "- ± is the standard error of the mean over blocks. \"Above level 0\", KL and equal argmax compare "
                            + "the same tokens of the same blocks, so they are known far better than the nats themselves.");
        }
        if (!results.facts().isEmpty()) {
            lines.add(
                    "- Teacher-forced: every token of the answer and its end is the likeliest, the right ones before it "
                            + "given. Generated: the model writes the answer by itself, greedily.");
        }
        if (!results.prompts().isEmpty()) {
            lines.add("- A loop: the answer did not end, and its last " + GreedyAnswer.LOOP_TOKENS
                    + " tokens repeat with a period of 1 to " + GreedyAnswer.LONGEST_PERIOD + " tokens.");
        }
        return lines;
    }
}
