package io.github.jlamadsla.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What each level cost, as lines of text: a row per level, and per figure a column for each length of text. */
final class CostTable {
    private static final int COLUMN = 7;
    private static final String GAP = " ";
    private static final List<Figure> FIGURES = List.of(
            new Figure("s to first token", "%.2f", Answer::secondsToFirstToken),
            new Figure("ms per token", "%.1f", Answer::millisPerToken),
            new Figure("MB of memory", "%.1f", Answer::megabytes));

    private CostTable() {}

    /** At most 80 columns for three lengths. */
    static List<String> lines(Outcomes outcomes) {
        List<String> lines = new ArrayList<>();
        String lengths = outcomes.textTokens().stream().map(n -> cell("%,d", n)).collect(Collectors.joining());
        lines.add(row(outcomes, "level", "right", FIGURES.stream().map(Figure::title).toList()));
        lines.add(row(outcomes, "", "of asked", FIGURES.stream().map(_ -> lengths).toList()));
        lines.add("-".repeat(lines.getLast().length()));
        for (int level : outcomes.levels()) {
            String right = outcomes.right(level) + " of " + outcomes.asked(level);
            List<Answer> answers = outcomes.at(level).stream().map(Outcome::answer).toList();
            lines.add(row(outcomes, Integer.toString(level), right,
                    FIGURES.stream().map(figure -> figure.cells(answers)).toList()));
        }
        return lines;
    }

    private static String row(Outcomes outcomes, String level, String right, List<String> groups) {
        StringBuilder row = new StringBuilder("%5s".formatted(level));
        if (outcomes.judged()) {
            row.append("%9s".formatted(right));
        }
        for (int i = 0; i < groups.size(); i++) {
            int width = Math.max(FIGURES.get(i).title().length() + GAP.length(),
                    COLUMN * outcomes.textTokens().size());
            row.append(GAP).append(" ".repeat(width - groups.get(i).length())).append(groups.get(i));
        }
        return row.toString();
    }

    private static String cell(String format, Object value) {
        return "%7s".formatted(String.format(Locale.ROOT, format, value));
    }

    private record Figure(String title, String format, ToDoubleFunction<Answer> value) {
        String cells(List<Answer> answers) {
            return answers.stream().map(this::cell).collect(Collectors.joining());
        }

        private String cell(Answer answer) {
            double number = value.applyAsDouble(answer);
            return Double.isNaN(number) ? CostTable.cell("%s", "-") : CostTable.cell(format, number);
        }
    }
}
